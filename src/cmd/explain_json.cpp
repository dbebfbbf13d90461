#include "cmd/explain_json.h"

#include <algorithm>

#include "core/base/json.h"
#include "io/records/stage.h"

namespace amends {
namespace {

void write_texts(Json& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name).open('[');
  for (const std::string& text : texts) json.text(text);
  json.close(']');
}

void write_facts(Json& json, const Facts& facts, const Project& project) {
  json.key("facts").open('{');
  facts.each([&](Slot slot, const Value& value) { json.key(project.schema.at(slot).name).raw(json_of(value, project.shop.zone)); });
  json.close('}');
}

// Rules in the order in which they were asked.
void write_trace(Json& json, const std::vector<RuleTrace>& traces) {
  json.key("trace").open('[');
  for (const RuleTrace& trace : traces) {
    const std::string_view answer = !trace.reached ? "not asked" : trace.truth == Truth::yes ? "hit" : trace.truth == Truth::no ? "no" : "unknown";
    json.open('{').field("table", trace.table).field("rule", trace.rule).field("answer", answer).optional("why", trace.failed).close('}');
  }
  json.close(']');
}

std::string without_end(std::string line) {
  line.pop_back();  // its line feed
  return line;
}

// Left out when there is a letter, or none is due.
void write_unwritten(Json& json, const std::vector<Unwritten>& unwritten, const std::string& case_key) {
  const auto is_of_case = [&](const Unwritten& u) { return u.case_key == case_key; };
  if (std::none_of(unwritten.begin(), unwritten.end(), is_of_case)) return;
  json.key("unwritten").open('[');
  for (const Unwritten& u : unwritten)
    if (is_of_case(u)) json.raw(without_end(unwritten_line(u)));
  json.close(']');
}

}  // namespace

std::string explanation_line(const JudgedCase& judged, const NightCase* decided, const std::vector<Unwritten>& unwritten, const std::string& order,
                             const Project& project, Instant as_of) {
  const Zone& zone = project.shop.zone;
  Json json;
  json.open('{').field("type", "explanation").field("v", stage_version).field("case", judged.key).field("order", order);
  if (judged.record != RecordKind::order) json.field("record", name_of(judged.record)).field("record_id", judged.own_id);
  json.field("guarantee", judged.guarantee->name).flag("taken", judged.taken).optional("outcome", judged.outcome);
  json.optional("why_not", judged.why_not).optional("words", words_told(*judged.guarantee, project.shop.locale));
  json.optional("brought_by", judged.brought_by);
  if (!judged.missing.empty()) write_texts(json, "missing", judged.missing);
  if (judged.count) {
    json.field("due", print(judged.count->due, zone));
    write_texts(json, "count", judged.count->steps);
  }
  if (!judged.met.is_none()) json.field("met_at", print(judged.met, zone));
  json.optional("zone_reason", judged.zone_reason).field("as_of", print(as_of, zone));
  write_facts(json, judged.miss ? judged.miss->facts : judged.facts, project);
  if (decided != nullptr) {
    write_trace(json, decided->decision.traces);
    json.key("decision").raw(without_end(decision_line(*decided, project, as_of)));
    write_unwritten(json, unwritten, judged.key);
  }
  return json.close('}').str() + "\n";
}

}  // namespace amends
