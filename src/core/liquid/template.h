// Liquid templates (amends-templates.7): parsed once, rendered per case, strict about undefined names.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/node.h"
#include "core/time/value.h"

namespace amends {

// What filters need to write money, dates and plurals as the reader's language does.
struct LetterLocale {
  std::string name;  // BCP 47, of the template
  Zone zone;         // of the customer, for instants
};

// One name a template reads: "order.items[].name", and where.
struct TemplatePath {
  std::string path;
  bool guarded = false;  // under `default`, or only asked for by `if`: may be absent
  std::string present;   // so much of the path is known to be there, by the conditions around it
  std::shared_ptr<const Source> source;
  std::uint32_t offset = 0, length = 1;

  Where where() const;
};

// Thrown by a rendering that {% abort 'reason' %} ends: this one letter is put aside, with its reason.
struct Held {
  std::string reason;
};

class Template {
 public:
  // Finds a partial's text for `render`; null when there is none.
  using Partials = std::function<std::shared_ptr<const Source>(std::string_view name)>;
  enum class Mode { strict, lax };
  // Where values are written: HTML escapes them, a header refuses what no header may hold.
  enum class Context { text, html, header };

  Template(std::shared_ptr<const Source> source, const Partials& partials, Mode mode = Mode::strict,
           Context context = Context::text);
  // Only the bytes [begin, end) of the text; places still count from its start.
  Template(std::shared_ptr<const Source> source, std::size_t begin, std::size_t end, const Partials& partials,
           Mode mode = Mode::strict, Context context = Context::text);
  ~Template();
  Template(Template&&) noexcept;
  Template& operator=(Template&&) noexcept;

  // Strict: every undefined name in one Error, with path, line and column.
  std::string render(const Value& facts, const LetterLocale& locale) const;
  const std::vector<TemplatePath>& paths() const;

 private:
  struct Tree;
  std::unique_ptr<Tree> tree_;
};

}  // namespace amends
