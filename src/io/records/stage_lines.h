// What the readers and writers of the stage pipe share: the members of a line, checked, and grants as they stand in one.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/judging/miss.h"
#include "core/ledger/settlement.h"
#include "core/project.h"

namespace amends::stage {

// Calls use(line, its number) for each line of JSON; Error when the text was cut off.
void each_line(const std::string& text, const std::function<void(const Node&, std::size_t)>& use);

const Node& member(const Node& line, std::string_view key);  // Error when there is none
std::string text_of(const Node& line, std::string_view key);
std::string text_or_empty(const Node& line, std::string_view key);
std::int64_t whole_at(const Node& line, std::string_view key);
std::vector<std::string> texts_at(const Node& node, std::string_view key);
Moment moment_at(const Node& line, std::string_view key, const Zone& zone);
Zone zone_at(const Node& line, const Project& project);
Currency currency_at(const Node& line, const Project& project);
std::optional<Money> money_at(const Node& node, const Project& project);  // nullopt when it has no amount
RecordKind record_of(const Node& line);
Kind kind_of(const Node& node);
Grant read_grant(const Node& node, const Miss& miss, Instant as_of, const Project& project);

// What was promised on, where that is not the order.
void write_record(Json& json, RecordKind record, const std::string& own_id);
void write_remedy(Json& json, const std::string& table, const std::string& rule, const std::string& kind, const std::string& what,
                  const std::optional<Money>& money, const std::optional<Ratio>& quantity);
void write_grants(Json& json, const std::vector<Grant>& grants);
template <class R>
void write_terms(Json& json, const R& r) {
  json.optional("duration", r.duration).optional("valid", r.valid).optional("within", r.within);
  json.optional("manner", r.manner).optional("pay_by", r.pay_by).optional("basis", r.basis);
  json.key("steps").open('[');
  for (const std::string& step : r.steps) json.text(step);
  json.close(']');
}

}  // namespace amends::stage
