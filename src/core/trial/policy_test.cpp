#include "core/trial/policy_test.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/policy/near_miss.h"
#include "core/policy/remedy_label.h"

namespace amends {

std::vector<std::string> policy_fact_names(const Project& project) {
  std::vector<std::string> names = project.schema.names();
  for (const auto& [key, fact] : project.fact_names) names.push_back(key);
  return names;
}

bool is_policy_fact(const std::string& key, const Project& project) {
  return project.fact_names.contains(key) || project.schema.find(key) != no_slot;
}

namespace {

void check_facts(const Node& facts, const Project& project) {
  if (!facts.is_table()) fail(facts, "facts are a table", "write facts = { kind = \"late\", late_days = 3 }");
  for (const Entry& entry : facts.entries)
    if (!is_policy_fact(entry.key, project))
      throw Error{where_of_key(facts, entry.key), fmt::format("there is no fact {}", quoted(entry.key)), suggestion(entry.key, policy_fact_names(project))};
}

// The facts all cases of a file share, under those of this one.
Node with_shared(Node facts, const Node* shared) {
  if (shared == nullptr || !facts.is_table()) return facts;
  for (const Entry& entry : shared->entries)
    if (facts.find(entry.key) == nullptr) facts.entries.push_back(entry);
  return facts;
}

std::vector<std::string> list_in(const Node& node, const char* key) {
  if (node.kind == Node::Kind::string && node.text.empty()) return {};
  return strings_of(node, key);
}

std::vector<std::string> missing_in(const Node& node) {
  if (node.kind != Node::Kind::boolean) return list_in(node, "cannot_judge");
  if (node.text != "true") fail(node, "cannot_judge is true or names the facts that are missing", "leave it out where the case can be judged");
  return {};
}

// A rule is named with its table, or without where that says it too.
bool is_called(const std::string& rule, const std::string& name) { return rule == name || rule.substr(rule.find('/') + 1) == name; }

void check_rules(const Node& node, const std::vector<std::string>& rules, const Policy& policy) {
  std::vector<std::string> names;
  for (const RuleCount& count : rule_counts(policy, {})) names.push_back(count.rule);
  for (const std::string& rule : rules) {
    const bool is_known = std::any_of(names.begin(), names.end(), [&](const std::string& name) { return is_called(name, rule); });
    if (is_known) continue;
    for (const std::string& name : std::vector(names)) names.push_back(name.substr(name.find('/') + 1));
    fail(node, fmt::format("there is no rule {}", quoted(rule)), suggestion(rule, names));
  }
}

Expected expected_in(const Node& node, const Policy& policy) {
  Expected expected;
  if (const Node* gives = node.find("gives")) expected.gives = list_in(*gives, "gives");
  if (const Node* amount = node.find("amount")) expected.amount = scalar_of(*amount, "amount");
  if (const Node* remedies = node.find("remedies")) expected.remedies = list_in(*remedies, "remedies");
  if (const Node* missing = node.find("cannot_judge")) expected.missing = missing_in(*missing);
  if (const Node* rule = node.find("rule")) {
    expected.rules = list_in(*rule, "rule");
    check_rules(*rule, *expected.rules, policy);
  }
  return expected;
}

std::optional<Instant> moment_in(const Node* node, const Zone& zone) {
  if (node == nullptr) return std::nullopt;
  FieldType instant;
  instant.base = Type::instant;
  const std::optional<Value> value = read_value(scalar_of(*node, "as_of"), instant, {}, zone);
  if (!value || !value->is_known()) fail(*node, fmt::format("{} is not a time", quoted(node->text)), "write 2026-03-31 or 2026-03-31T14:00:00Z");
  return value->type == Type::date ? zone.start_of(value->date()) : value->instant();
}

std::string manner_words(const OwedRemedy& remedy) {
  std::string words;
  if (remedy.is_manner_said) words += " " + remedy.manner;
  if (!remedy.pay_by.empty()) words += " by " + remedy.pay_by;
  return words;
}

const std::string& called(const OwedRemedy& remedy) { return remedy.label.empty() ? remedy.kind : remedy.label; }

// "refund GBP 8.00 on_request by 2026-03-31"
std::string words_of(const OwedRemedy& remedy) {
  return called(remedy) + (remedy.money ? " " + print(*remedy.money) : "") + manner_words(remedy);
}

// Whether the user may have meant this remedy: what is left out is not compared.
bool means(const std::string& expected, const OwedRemedy& remedy) {
  std::vector<std::string> amounts = {""};
  if (remedy.money) amounts.insert(amounts.end(), {" " + print(*remedy.money), " " + amount(*remedy.money)});
  std::vector<std::string> ends = {"", manner_words(remedy)};
  if (remedy.is_manner_said) ends.push_back(" " + remedy.manner);
  if (!remedy.pay_by.empty()) ends.push_back(" by " + remedy.pay_by);
  for (const std::string& money : amounts)
    for (const std::string& end : ends)
      if (trimmed(expected) == called(remedy) + money + end) return true;
  return false;
}

// In any order, each remedy once.
bool are_meant(const std::vector<std::string>& expected, const std::vector<OwedRemedy>& owed, const std::vector<std::string>& waits) {
  if (expected.size() != owed.size() + waits.size()) return false;
  std::vector<std::string> left = expected;
  const auto take = [&](const auto& is_it) {
    const auto found = std::find_if(left.begin(), left.end(), is_it);
    if (found == left.end()) return false;
    left.erase(found);
    return true;
  };
  return std::all_of(owed.begin(), owed.end(), [&](const OwedRemedy& r) { return take([&](const std::string& e) { return means(e, r); }); }) &&
         std::all_of(waits.begin(), waits.end(), [&](const std::string& w) { return take([&](const std::string& e) { return e == w; }); });
}

bool is_amount(const std::string& expected, const Money& sum) {
  std::string_view text = trimmed(expected);
  if (text.starts_with(sum.currency.name())) text = trimmed(text.substr(sum.currency.name().size()));
  const std::optional<Ratio> wanted = read_decimal(text);
  return wanted && *wanted == units(sum);
}

std::string list_words(const std::vector<std::string>& all) { return all.empty() ? "nothing" : joined(all, ", "); }

std::string missing_words(const std::vector<std::string>& missing) {
  return missing.empty() ? "cannot judge" : fmt::format("cannot judge: {} missing", joined(missing, ", "));
}

// Compares, and says why: of the rule that was expected the first test that failed.
class Comparison {
 public:
  Comparison(const Project& project, const ToldCase& told, PolicyCaseResult& result)
      : policy_(project.policy), told_(told), result_(result), expected_(result.test->expected) {}

  void make() {
    const Decision& d = result_.decision;
    if (!d.judged || expected_.missing) return judging();
    if (expected_.gives && !are_meant(*expected_.gives, d.owed, d.waits)) differ(list_words(*expected_.gives), list_words(result_.gives) + by_words());
    const Money sum = total_of(d, result_.currency);
    if (expected_.amount && !is_amount(*expected_.amount, sum)) differ(fmt::format("{} in all", *expected_.amount), fmt::format("{} in all{}", print(sum), by_words()));
    if (expected_.remedies && *expected_.remedies != result_.remedies) differ(list_words(*expected_.remedies), list_words(result_.remedies) + by_words());
    rules();
    if (!result_.passed()) explain();
  }

 private:
  void differ(std::string expected, std::string got) {
    result_.expected.push_back(std::move(expected));
    result_.got.push_back(std::move(got));
  }

  std::string came() const {
    const Decision& d = result_.decision;
    return d.judged ? list_words(result_.gives) + by_words() : "cannot judge: " + d.reason;
  }

  std::string by_words() const {
    const std::vector<std::string>& fired = result_.decision.fired;
    return fired.empty() ? ", and no rule counted" : ", by " + joined(fired, ", ");
  }

  void judging() {
    const Decision& d = result_.decision;
    if (!expected_.missing) return differ(wanted(), came());
    std::vector<std::string> wanted = *expected_.missing;
    std::vector<std::string> missing = d.missing;
    std::sort(wanted.begin(), wanted.end());
    std::sort(missing.begin(), missing.end());
    if (d.judged || (!wanted.empty() && wanted != missing)) differ(missing_words(*expected_.missing), came());
  }

  std::string wanted() const {
    if (expected_.gives) return list_words(*expected_.gives);
    if (expected_.remedies) return list_words(*expected_.remedies);
    if (expected_.amount) return *expected_.amount + " in all";
    return "by " + list_words(*expected_.rules);
  }

  bool has_counted(const std::string& name) const {
    const std::vector<std::string>& fired = result_.decision.fired;
    return std::any_of(fired.begin(), fired.end(), [&](const std::string& rule) { return is_called(rule, name); });
  }

  void rules() {
    if (!expected_.rules) return;
    const std::vector<std::string>& fired = result_.decision.fired;
    const bool all_counted = std::all_of(expected_.rules->begin(), expected_.rules->end(), [&](const std::string& r) { return has_counted(r); });
    if (!all_counted || (expected_.rules->empty() && !fired.empty()))
      differ("the rule " + list_words(*expected_.rules), fired.empty() ? "no rule" : joined(fired, ", "));
  }

  // The rules named, or else those that alone would give what was expected.
  void explain() {
    bool told = false;
    for (const PolicyTable& table : policy_.tables)
      for (const Rule& rule : table.rules) {
        const std::string name = fmt::format("{}/{}", table.name, rule.name);
        const bool is_named = expected_.rules && std::any_of(expected_.rules->begin(), expected_.rules->end(), [&](const std::string& r) { return is_called(name, r); });
        if (has_counted(name) || (!is_named && (expected_.rules || !would_do(table, rule)))) continue;
        result_.why.push_back(fmt::format("{}{}: {}", name, is_named ? "" : " would give that", reason(table, rule)));
        told = true;
      }
    if (!told) steps();
  }

  bool would_do(const PolicyTable& table, const Rule& rule) const {
    const Decision alone = given_by(table, rule, told_.judging());
    if (!alone.judged || alone.owed.empty()) return false;
    if (expected_.gives) return are_meant(*expected_.gives, alone.owed, alone.waits);
    if (expected_.amount) return is_amount(*expected_.amount, total_of(alone, result_.currency));
    return expected_.remedies && *expected_.remedies == labels_of(alone.owed);
  }

  std::string reason(const PolicyTable& table, const Rule& rule) const {
    const std::vector<RuleTrace>& traces = result_.decision.traces;
    const auto is_of_table = [&](const RuleTrace& t) { return t.table == table.name || t.table.starts_with(table.name + ", "); };
    for (const RuleTrace& trace : traces) {
      if (!is_of_table(trace) || trace.rule != rule.name) continue;
      if (!trace.failed.empty()) return trace.failed;
      if (trace.reached) break;
      const auto earlier = std::find_if(traces.begin(), traces.end(), [&](const RuleTrace& t) { return t.table == trace.table && t.reached && t.truth != Truth::no; });
      return fmt::format("not asked, since {} comes first", earlier == traces.end() ? "another rule" : table.name + "/" + earlier->rule);
    }
    return "another rule of the table counted more";
  }

  // The right rule with the wrong sum.
  void steps() {
    for (const OwedRemedy& remedy : result_.decision.owed)
      for (const std::string& step : remedy.steps) result_.why.push_back(fmt::format("{}/{}: {}", remedy.table, remedy.rule, step));
    for (const std::string& why : result_.decision.why) result_.why.push_back(why);
  }

  const Policy& policy_;
  const ToldCase& told_;
  PolicyCaseResult& result_;
  const Expected& expected_;
};

}  // namespace

PolicyCase read_policy_case(const Node& node, const Node* shared, const Project& project, std::size_t number) {
  if (!node.is_table()) fail(node, "a case is a table", "write [[case]]");
  only_keys(node, {"name", "facts", "as_of", "why", "gives", "amount", "remedies", "rule", "cannot_judge"}, "case");
  PolicyCase test;
  const Node* name = node.find("name");
  test.name = name == nullptr ? fmt::format("case {}", number) : string_of(*name, "name");
  const Node* facts = node.find("facts");
  if (facts == nullptr && shared == nullptr)
    fail(node, fmt::format("{} tells no facts", quoted(test.name)), "add facts = { kind = \"late\", late_days = 3 }");
  test.facts = facts == nullptr ? *shared : with_shared(*facts, shared);
  check_facts(test.facts, project);
  test.as_of = moment_in(node.find("as_of"), project.shop.zone);
  test.expected = expected_in(node, project.policy);
  test.where = node.where();
  test.node = node;
  return test;
}

PolicyCaseResult tested(const PolicyCase& test, const Project& project, Instant as_of) {
  const ToldCase told(project, test.facts, test.as_of.value_or(as_of));
  PolicyCaseResult result;
  result.test = &test;
  result.currency = told.currency();
  result.decision = told.decision(true);
  for (const OwedRemedy& remedy : result.decision.owed) result.gives.push_back(words_of(remedy));
  result.remedies = labels_of(result.decision.owed);
  for (const std::string& wait : result.decision.waits) {
    result.gives.push_back(wait);
    result.remedies.push_back(wait);
  }
  if (!test.expected.is_nothing()) Comparison(project, told, result).make();
  return result;
}

Money total_of(const Decision& decision, Currency currency) {
  Money sum{0, currency};
  for (const OwedRemedy& remedy : decision.owed)
    if (remedy.money && remedy.money->currency == currency) sum = sum + *remedy.money;
  return sum;
}

std::vector<RuleCount> rule_counts(const Policy& policy, const std::vector<PolicyCaseResult>& results) {
  std::map<std::string, std::size_t> fired;
  for (const PolicyCaseResult& result : results)
    for (const std::string& rule : result.decision.fired) ++fired[rule];
  std::vector<RuleCount> counts;
  for (const PolicyTable& table : policy.tables)
    for (const Rule& rule : table.rules) {
      const std::string name = fmt::format("{}/{}", table.name, rule.name);
      counts.push_back({name, rule.where, fired[name]});
    }
  return counts;
}

}  // namespace amends
