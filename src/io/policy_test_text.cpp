#include "io/policy_test_text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/base/text.h"
#include "io/output.h"
#include "io/records/delimited.h"

namespace amends {
namespace {

constexpr std::array<std::string_view, 5> expecting = {"gives", "amount", "remedies", "rule", "cannot_judge"};

bool is_expecting(std::string_view key) { return std::find(expecting.begin(), expecting.end(), key) != expecting.end(); }

// What a case shall expect from now on.
struct NewValue {
  std::string key;
  std::vector<std::string> words;
  bool is_list = true;
  bool is_true = false;  // cannot_judge = true
};

bool is_to_write(const PolicyCaseResult& result) { return !result.passed() || result.test->expected.is_nothing(); }

std::vector<NewValue> new_values(const PolicyCaseResult& result) {
  const Decision& d = result.decision;
  if (!d.judged) return {{"cannot_judge", d.missing, true, d.missing.empty()}};
  std::vector<NewValue> values;
  const Expected& e = result.test->expected;
  const bool had_none = !e.gives && !e.amount && !e.remedies && !e.rules;
  if (e.gives || had_none) values.push_back({"gives", result.gives});
  if (e.amount) values.push_back({"amount", {amount(total_of(d, result.currency))}, false});
  if (e.remedies) values.push_back({"remedies", result.remedies});
  if (e.rules) values.push_back({"rule", d.fired, d.fired.size() != 1});
  return values;
}

const NewValue* value_for(const std::vector<NewValue>& values, std::string_view key) {
  const auto found = std::find_if(values.begin(), values.end(), [&](const NewValue& v) { return v.key == key; });
  return found == values.end() ? nullptr : &*found;
}

std::string toml_of(const NewValue& value) {
  if (value.is_true) return "true";
  std::vector<std::string> words;
  for (const std::string& word : value.words) words.push_back(toml_string(word));
  return value.is_list ? "[" + joined(words, ", ") + "]" : words.front();
}

// Where lines of a text begin.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {
    for (std::size_t at = 0; at < text.size(); ++at)
      if (text[at] == '\n') begins_.push_back(at + 1);
  }
  std::size_t at(std::size_t line, std::size_t column) const { return begins_[line - 1] + column - 1; }
  std::size_t begin_of(std::size_t at) const { return at == 0 ? 0 : text_.rfind('\n', at - 1) + 1; }
  // Past the end of the line.
  std::size_t after(std::size_t at) const {
    const std::size_t end = text_.find('\n', at);
    return end == std::string_view::npos ? text_.size() : end + 1;
  }

 private:
  std::string_view text_;
  std::vector<std::size_t> begins_ = {0};
};

// Past a string of TOML that begins at `at`.
std::size_t after_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const std::string triple(3, quote);
  const bool is_long = text.substr(at, 3) == triple;
  std::size_t i = at + (is_long ? 3 : 1);
  for (; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') ++i;
    else if (is_long ? text.substr(i, 3) == triple : text[i] == quote) return i + (is_long ? 3 : 1);
  }
  return text.size();
}

// Past the value that begins at `at`: the end of its line, or of its list.
std::size_t after_value(std::string_view text, std::size_t at) {
  int depth = 0;
  std::size_t end = at;
  for (std::size_t i = at; i < text.size();) {
    const char c = text[i];
    if (c == '"' || c == '\'') {
      end = i = after_string(text, i);
      continue;
    }
    if (c == '#' && depth > 0) i = text.find('\n', i);
    if (i == std::string_view::npos || (depth == 0 && (c == '#' || c == '\n'))) break;
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (c != ' ' && c != '\t' && c != '\r') end = i + 1;
    ++i;
  }
  return end;
}

struct Edit {
  std::size_t begin, end;
  std::string text;
};

class TomlEdits {
 public:
  explicit TomlEdits(std::string_view text) : text_(text), lines_(text) {}

  void change(const PolicyCaseResult& result) {
    const Node& node = result.test->node;
    const std::vector<NewValue> values = new_values(result);
    std::size_t place = std::string::npos;  // where new keys go
    for (const Entry& entry : node.entries) {
      if (!is_expecting(entry.key)) continue;
      const std::size_t key = statement(entry);
      if (place == std::string::npos) place = lines_.begin_of(key);
      const std::size_t value = text_.find_first_not_of(" \t", text_.find('=', key) + 1);
      if (const NewValue* now = value_for(values, entry.key)) edits_.push_back({value, after_value(text_, value), toml_of(*now)});
      else edits_.push_back({lines_.begin_of(key), lines_.after(after_value(text_, value)), ""});
    }
    if (place == std::string::npos) place = after_facts(node);
    for (const NewValue& value : values)
      if (node.find(value.key) == nullptr) edits_.push_back({place, place, fmt::format("{} = {}\n", value.key, toml_of(value))});
  }

  std::string text() {
    std::stable_sort(edits_.begin(), edits_.end(), [](const Edit& a, const Edit& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
    std::string out;
    std::size_t at = 0;
    for (const Edit& edit : edits_) {
      out += text_.substr(at, edit.begin - at);
      if (!edit.text.empty() && edit.begin == text_.size() && !out.empty() && out.back() != '\n') out += '\n';
      out += edit.text;
      at = edit.end;
    }
    return out += text_.substr(at);
  }

 private:
  // Where the key stands, on a line of its own.
  std::size_t statement(const Entry& entry) const {
    const std::size_t key = lines_.at(entry.line, entry.column);
    const std::size_t begin = lines_.begin_of(key);
    if (!trimmed(text_.substr(begin, key - begin)).empty())
      fail(entry.value, "a case in braces is not written anew", "write it as [[case]], one key a line");
    return key;
  }

  // Behind facts = {...}; before [case.facts], which would swallow it.
  std::size_t after_facts(const Node& node) const {
    std::size_t place = lines_.after(lines_.at(node.line, node.column));
    for (const Entry& entry : node.entries) {
      if (entry.key != "facts" && entry.key != "name") continue;
      const std::size_t key = lines_.at(entry.line, entry.column);
      const std::size_t begin = lines_.begin_of(key);
      const bool is_statement = trimmed(text_.substr(begin, key - begin)).empty() && text_.substr(key).starts_with(entry.key);
      const std::size_t value = text_.find_first_not_of(" \t", text_.find('=', key) + 1);
      if (is_statement) place = std::max(place, lines_.after(after_value(text_, value)));
    }
    return place;
  }

  std::string_view text_;
  Lines lines_;
  std::vector<Edit> edits_;
};

void write(Json& json, const Node& node) {
  switch (node.kind) {
    case Node::Kind::array:
      json.open('[');
      for (const Node& item : node.items) write(json, item);
      json.close(']');
      return;
    case Node::Kind::table:
      json.open('{');
      for (const Entry& entry : node.entries) write(json.key(entry.key), entry.value);
      json.close('}');
      return;
    case Node::Kind::null: json.null(); return;
    case Node::Kind::string: json.text(node.text); return;
    default: json.raw(node.text);
  }
}

void write(Json& json, const NewValue& value) {
  json.key(value.key);
  if (value.is_true) json.boolean(true);
  if (!value.is_list) json.text(value.words.front());
  if (value.is_true || !value.is_list) return;
  json.open('[');
  for (const std::string& word : value.words) json.text(word);
  json.close(']');
}

std::string json_line(const PolicyCaseResult& result) {
  const std::vector<NewValue> values = new_values(result);
  Json json;
  json.open('{');
  for (const Entry& entry : result.test->node.entries) {
    const NewValue* now = value_for(values, entry.key);
    if (now != nullptr) write(json, *now);
    else if (!is_expecting(entry.key)) write(json.key(entry.key), entry.value);
  }
  for (const NewValue& value : values)
    if (result.test->node.find(value.key) == nullptr) write(json, value);
  json.close('}');
  return json.str();
}

std::string cell_of(const NewValue& value) { return value.is_true ? "true" : joined(value.words, "; "); }

}  // namespace

std::string toml_with_results(const std::string& text, const std::vector<PolicyCaseResult>& results) {
  TomlEdits edits(text);
  for (const PolicyCaseResult& result : results)
    if (is_to_write(result)) edits.change(result);
  return edits.text();
}

std::string json_with_results(const std::string& text, const std::vector<PolicyCaseResult>& results) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) lines.emplace_back(line);
  for (const PolicyCaseResult& result : results)
    if (is_to_write(result)) lines[result.test->where.line - 1] = json_line(result);
  return joined(lines, "\n");
}

std::string sheet_with_results(const std::string& text, const std::vector<PolicyCaseResult>& results) {
  std::vector<std::vector<std::string>> rows;
  DelimitedReader reader(text, {});
  while (reader.next()) {
    rows.emplace_back();
    for (const Cell& cell : reader.cells()) rows.back().push_back(cell.doubled ? without_doubled_quotes(cell.text) : std::string(cell.text));
  }
  const auto column_of = [&](const std::string& name) {
    const auto found = std::find_if(rows[0].begin(), rows[0].end(), [&](const std::string& h) { return trimmed(h) == name; });
    if (found != rows[0].end()) return static_cast<std::size_t>(found - rows[0].begin());
    for (std::vector<std::string>& row : rows) row.emplace_back(&row == &rows[0] ? name : "");
    return rows[0].size() - 1;
  };
  bool is_changed = false;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!is_to_write(results[i])) continue;
    is_changed = true;
    const std::vector<NewValue> values = new_values(results[i]);
    for (const std::string_view key : expecting)
      if (results[i].test->node.find(key) != nullptr && value_for(values, key) == nullptr) rows[i + 1][column_of(std::string(key))].clear();
    for (const NewValue& value : values) {
      const std::size_t column = column_of(value.key);
      rows[i + 1][column] = cell_of(value);
    }
  }
  if (!is_changed) return text;
  std::string out;
  for (const std::vector<std::string>& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) out += ',';
      append_cell(out, row[i], ',');
    }
    out += '\n';
  }
  return out;
}

}  // namespace amends
