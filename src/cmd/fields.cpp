// amends fields: the facts there are, with types and meanings.
#include <algorithm>

#include "cmd/context.h"
#include "cmd/own_files.h"
#include "core/letters/letter_facts.h"
#include "core/records/carriers.h"
#include "core/records/fields.h"
#include "io/records/preset.h"

namespace amends {
namespace {

std::string_view origin_name(const Field& field) {
  switch (field.origin) {
    case Origin::record: return name_of(field.record);
    case Origin::own: return "own";
    case Origin::derived: return "derived";
    case Origin::judged: return "judged";
    case Origin::history: return "history";
    case Origin::element: return "element";
  }
  return "";
}

constexpr std::size_t narrow = 30;  // columns a table gives to a type

Sheet fields_sheet(const Project* project, bool for_people) {
  Sheet sheet{"field", {{"of"}, {"name"}, {"type"}, {"stage"}, {"meaning"}}, {}};
  const auto add = [&](const Field& f) {
    const std::string type = print(f.type);
    const bool is_wide = for_people && type.size() > narrow;
    sheet.rows.push_back({std::string(origin_name(f)), f.name, is_wide ? "a word: fields --words" : type, f.stage, f.meaning});
  };
  for (const Field& field : vocabulary().fields) add(field);
  const auto is_added = [](const Field& f) {
    const std::vector<Field>& words = vocabulary().fields;
    return std::none_of(words.begin(), words.end(), [&](const Field& word) { return word.origin == Origin::history && word.name == f.name; });
  };
  if (project != nullptr)
    for (std::size_t i = 0; i < project->schema.size(); ++i) {
      const Field& field = project->schema.at(static_cast<Slot>(i));
      const bool is_told_before = field.origin == Origin::history && is_added(field);
      if (field.origin == Origin::own || field.origin == Origin::derived || field.origin == Origin::element || is_told_before) add(field);
    }
  return sheet;
}

Sheet words_sheet() {
  Sheet sheet{"word", {{"list"}, {"word"}, {"meaning"}}, {}};
  const auto add = [&](const char* list, const std::vector<Word>& words) {
    for (const Word& word : words) sheet.rows.push_back({list, word.name, word.meaning});
  };
  add("status", vocabulary().statuses);
  add("kind", vocabulary().kinds);
  add("cause", vocabulary().causes);
  add("remedy", vocabulary().remedies);
  for (const Carrier& carrier : carriers()) sheet.rows.push_back({"carrier", carrier.code, carrier.name});
  return sheet;
}

// Alternatives in the order they are tried.
Sheet presets_sheet() {
  Sheet sheet{"preset", {{"preset"}, {"of"}, {"field"}, {"column"}}, {}};
  for (const std::string& name : preset_names())
    for (int k = 0; k < record_kinds; ++k) {
      const auto kind = static_cast<RecordKind>(k);
      const PresetPart& part = preset_named(name, {}).part(kind);
      for (const Pairs* list : {&part.columns, &part.others})
        for (const auto& [field, column] : *list) sheet.rows.push_back({name, std::string(name_of(kind)), field, column});
    }
  return sheet;
}

// What a template may read: of a letter of one order, or of several.
Sheet letters_sheet(const Project* project) {
  const Schema schema = project == nullptr ? standard_schema() : project->schema;
  Sheet sheet{"letter_fact", {{"letter"}, {"name"}, {"may_lack"}}, {}};
  for (const bool several : {false, true})
    for (const LetterFactName& name : letter_fact_names(schema, several))
      sheet.rows.push_back({several ? "several" : "one", name.path, name.optional ? "yes" : "no"});
  return sheet;
}

struct FieldsOptions {
  std::string config, format = "table", output;
  bool words = false, presets = false, letters = false;
};

// The project's own fields are shown where there is a project; none is needed.
std::unique_ptr<Project> project_if_any(const std::string& config) {
  try {
    return open_project(config);
  } catch (const Error& error) {
    if (!config.empty() || !error.where.file.empty()) throw;
    return nullptr;
  }
}

Exit run(const FieldsOptions& options) {
  const bool is_of_project = !options.words && !options.presets;
  const std::unique_ptr<Project> project = is_of_project || !options.output.empty() ? project_if_any(options.config) : nullptr;
  if (project) refuse_outputs({{"--output", options.output}}, own_files(*project));
  Output out(options.output);
  const auto sheet = [&] {
    if (options.letters) return letters_sheet(project.get());
    if (options.words) return words_sheet();
    return options.presets ? presets_sheet() : fields_sheet(project.get(), options.format == "table");
  };
  out.write(print(sheet(), options.format));
  out.close();
  return Exit::ok;
}

Run setup(Arguments& arguments) {
  auto options = std::make_shared<FieldsOptions>();
  arguments.option("-c,--config", options->config, "FILE", "The project file; default: amends.toml here or in a parent folder");
  arguments.flag("--words", options->words, "List statuses, kinds, causes, remedies and carriers instead");
  arguments.flag("--presets", options->presets, "List the columns of each preset instead");
  arguments.flag("--letters", options->letters, "List what templates of letters may read instead");
  arguments.choice("--format", options->format, {"table", "csv", "tsv", "json", "jsonl"}, "How to print");
  arguments.option("-o,--output", options->output, "FILE", "Write there instead of stdout");
  return [options](const Clock&) { return run(*options); };
}

}  // namespace

const Command fields_command{"fields", "Project", "List the facts there are", setup};

}  // namespace amends
