// amends test: the user's own cases against the policy, and how many of its rules they reach.
#include <algorithm>
#include <deque>

#include <fmt/format.h>

#include "cmd/context.h"
#include "cmd/own_files.h"
#include "cmd/sentences.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/mail/html.h"
#include "io/policy_test_files.h"

namespace amends {
namespace {

struct TestOptions : Options {
  std::vector<std::string> files;
  std::string min_coverage;
  bool update = false, coverage = false;
};

struct Outcome {
  std::deque<PolicyTestFile> files;                    // results point into them
  std::vector<std::vector<PolicyCaseResult>> by_file;  // beside files
  std::vector<RuleCount> rules;

  std::vector<const PolicyCaseResult*> all() const {
    std::vector<const PolicyCaseResult*> results;
    for (const auto& file : by_file)
      for (const PolicyCaseResult& result : file) results.push_back(&result);
    return results;
  }
  std::size_t count() const { return all().size(); }
  std::size_t failed() const {
    const auto results = all();
    return static_cast<std::size_t>(std::count_if(results.begin(), results.end(), [](const auto* r) { return !r->passed(); }));
  }
  std::size_t reached() const {
    return static_cast<std::size_t>(std::count_if(rules.begin(), rules.end(), [](const RuleCount& r) { return r.cases > 0; }));
  }
};

void require_expectations(const PolicyTestFile& file) {
  for (const PolicyCase& test : file.cases)
    if (test.expected.is_nothing())
      throw Error{test.where, fmt::format("{} expects nothing to compare with", quoted(test.name)),
                  "write gives = [] where nothing is owed; amends test --update writes what comes out"};
}

Outcome outcome_of(const Context& context, const TestOptions& options) {
  Outcome outcome;
  std::vector<PolicyCaseResult> flat;
  for (const std::string& path : policy_test_files(*context.project, options.files)) {
    const PolicyTestFile& file = outcome.files.emplace_back(read_policy_tests(path, *context.project));
    if (!options.update) require_expectations(file);
    outcome.by_file.emplace_back();
    for (const PolicyCase& test : file.cases) outcome.by_file.back().push_back(tested(test, *context.project, context.as_of));
    flat.insert(flat.end(), outcome.by_file.back().begin(), outcome.by_file.back().end());
  }
  outcome.rules = rule_counts(context.project->policy, flat);
  return outcome;
}

Ratio coverage_asked(const std::string& text) {
  std::string_view digits = trimmed(text);
  if (digits.ends_with('%')) digits.remove_suffix(1);
  const std::optional<Ratio> percent = read_decimal(trimmed(digits));
  if (!percent || percent->is_negative() || *percent > Ratio(100))
    throw Error{{}, fmt::format("--min-coverage: {} is no share of rules", quoted(text)), "write 90%"};
  return *percent / Ratio(100);
}

Ratio coverage_of(const Outcome& outcome) {
  if (outcome.rules.empty()) return Ratio(1);
  return Ratio(static_cast<std::int64_t>(outcome.reached()), static_cast<std::int64_t>(outcome.rules.size()));
}

std::string percent_words(const Ratio& share) { return fmt::format("{}%", print(floor(share * Ratio(100)))); }

std::string failure_text(const Context& context, const PolicyCaseResult& result) {
  const Where& where = result.test->where;
  std::string text = fmt::format("{}:{}: {}: {}\n", where.file, where.line, context.bold("failed"), result.test->name);
  for (std::size_t i = 0; i < result.expected.size(); ++i)
    text += fmt::format("  expected  {}\n  got       {}\n", result.expected[i], result.got[i]);
  for (const std::string& why : result.why) text += fmt::format("  {}\n", why);
  return text + "\n";
}

std::vector<std::string> never_reached(const Outcome& outcome) {
  std::vector<std::string> never;
  for (const RuleCount& rule : outcome.rules)
    if (rule.cases == 0) never.push_back(rule.rule);
  return never;
}

std::string counts_text(const Outcome& outcome) {
  const std::size_t failed = outcome.failed();
  std::string text = fmt::format("{}: {} passed, {} failed; {} of {} counted ({})\n", counted(outcome.count(), "case", "cases"),
                                 outcome.count() - failed, failed, outcome.reached(), counted(outcome.rules.size(), "rule", "rules"),
                                 percent_words(coverage_of(outcome)));
  const std::vector<std::string> never = never_reached(outcome);
  if (!never.empty()) text += fmt::format("  in no case: {}\n", joined(never, ", "));
  return text;
}

std::string rules_text(const Outcome& outcome) {
  Sheet sheet{"rule", {{"rule"}, {"cases", "in cases", true, true}}, {}};
  for (const RuleCount& rule : outcome.rules) sheet.rows.push_back({rule.rule, std::to_string(rule.cases)});
  return print(sheet, "table") + "\n";
}

void add_list(Json& json, std::string_view key, const std::vector<std::string>& texts) {
  json.key(key).open('[');
  for (const std::string& text : texts) json.text(text);
  json.close(']');
}

// Part of what people read by program (templates/schemas/test.json). Add, never rename.
std::string test_line(const PolicyCaseResult& result) {
  const Where& where = result.test->where;
  Json json;
  json.open('{').field("type", "test").field("v", 1).field("name", result.test->name).field("file", where.file);
  json.field("line", static_cast<std::int64_t>(where.line)).flag("passed", result.passed()).flag("judged", result.decision.judged);
  add_list(json, "gives", result.gives);
  add_list(json, "rules", result.decision.fired);
  if (!result.decision.judged) json.field("reason", result.decision.reason);
  if (!result.passed()) {
    add_list(json, "expected", result.expected);
    add_list(json, "got", result.got);
    add_list(json, "why", result.why);
  }
  json.close('}');
  return json.str() + "\n";
}

// Likewise (templates/schemas/rule.json).
std::string rule_line(const RuleCount& rule) {
  Json json;
  json.open('{').field("type", "rule").field("v", 1).field("rule", rule.rule).field("file", rule.where.file);
  json.field("line", static_cast<std::int64_t>(rule.where.line)).field("cases", static_cast<std::int64_t>(rule.cases)).close('}');
  return json.str() + "\n";
}

// As Jenkins, GitLab and GitHub's reporters read it: a suite a file.
std::string junit_text(const Outcome& outcome) {
  std::string text = fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"amends\" tests=\"{}\" failures=\"{}\">\n",
                                 outcome.count(), outcome.failed());
  for (std::size_t i = 0; i < outcome.files.size(); ++i) {
    const std::vector<PolicyCaseResult>& results = outcome.by_file[i];
    const auto failed = std::count_if(results.begin(), results.end(), [](const PolicyCaseResult& r) { return !r.passed(); });
    const std::string file = escaped_html(outcome.files[i].path);
    text += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\">\n", file, results.size(), failed);
    for (const PolicyCaseResult& r : results) {
      const std::string head = fmt::format("    <testcase classname=\"{}\" name=\"{}\"", file, escaped_html(r.test->name));
      if (r.passed()) {
        text += head + "/>\n";
        continue;
      }
      std::string told;
      for (std::size_t k = 0; k < r.expected.size(); ++k) told += fmt::format("expected {}\ngot {}\n", r.expected[k], r.got[k]);
      for (const std::string& why : r.why) told += why + "\n";
      text += fmt::format("{}>\n      <failure message=\"{}\">{}:{}\n{}</failure>\n    </testcase>\n", head,
                          escaped_html("expected " + r.expected[0]), file, r.test->where.line, escaped_html(told));
    }
    text += "  </testsuite>\n";
  }
  return text + "</testsuites>\n";
}

void print_outcome(const Context& context, const TestOptions& options, const Outcome& outcome) {
  const std::string format = options.format.empty() ? "text" : options.format;
  Output out(options.output);
  if (format == "junit") out.write(junit_text(outcome));
  if (format == "text") {
    for (const PolicyCaseResult* result : outcome.all())
      if (!result->passed()) out.write(failure_text(context, *result));
    if (options.coverage) out.write(rules_text(outcome));
    out.write(counts_text(outcome));
  }
  if (format == "json" || format == "jsonl") {
    JsonLines lines(out, format);
    for (const PolicyCaseResult* result : outcome.all()) lines.write(test_line(*result));
    for (const RuleCount& rule : outcome.rules) lines.write(rule_line(rule));
    lines.close();
  }
  out.close();
}

// What came out is written into the files; the difference is the review.
void update(const Outcome& outcome, const Context& context) {
  for (std::size_t i = 0; i < outcome.files.size(); ++i) {
    const PolicyTestFile& file = outcome.files[i];
    const std::string text = with_results(file, outcome.by_file[i]);
    const auto changed = std::count_if(outcome.by_file[i].begin(), outcome.by_file[i].end(), [](const PolicyCaseResult& r) {
      return !r.passed() || r.test->expected.is_nothing();
    });
    if (text == file.source->text) continue;
    Output out(file.path);
    out.write(text);
    out.close();
    context.say(fmt::format("{}: {} of {} written anew", file.path, changed, counted(file.cases.size(), "case", "cases")));
  }
}

Exit run(const TestOptions& options, const Clock& clock) {
  const std::optional<Ratio> least = options.min_coverage.empty() ? std::nullopt : std::optional(coverage_asked(options.min_coverage));
  const Context context(options, clock);
  const Outcome before = outcome_of(context, options);
  if (options.update) update(before, context);
  const Outcome outcome = options.update ? outcome_of(context, options) : Outcome{};
  const Outcome& shown = options.update ? outcome : before;
  print_outcome(context, options, shown);
  const bool is_thin = least && coverage_of(shown) < *least;
  if (is_thin) context.say(fmt::format("fewer rules counted than --min-coverage {}", options.min_coverage));
  return shown.failed() > 0 || is_thin ? Exit::findings : Exit::ok;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<TestOptions>();
  arguments.positionals("files", options->files, "Files of cases; default: tests/*.toml, *.jsonl and *.csv of the project", false);
  declare(arguments, *options, {"text", "json", "jsonl", "junit"});
  arguments.option("--min-coverage", options->min_coverage, "SHARE", "Fail when fewer of the rules counted: 90%");
  arguments.flag("--coverage", options->coverage, "List every rule with the number of cases it counted in");
  arguments.flag("--update", options->update, "Write what comes out into the files, where something else is expected");
  return [options](const Clock& clock) { return run(*options, clock); };
}

}  // namespace

const Command test_command{"test", "Project", "Try the policy on cases of your own", setup};

}  // namespace amends
