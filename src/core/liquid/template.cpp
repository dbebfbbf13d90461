#include "core/liquid/template.h"

#include "core/liquid/liquid.h"

namespace amends {

struct Template::Tree {
  liquid::Library library;
  liquid::Partial root;
  std::vector<TemplatePath> paths;
};

Template::Template(std::shared_ptr<const Source> source, const Partials& partials, Mode mode,
                   Context context)
    : Template(source, 0, source->text.size(), partials, mode, context) {}

Template::Template(std::shared_ptr<const Source> source, std::size_t begin, std::size_t end,
                   const Partials& partials, Mode mode, Context context)
    : tree_(std::make_unique<Tree>()) {
  tree_->library.find = partials;
  tree_->library.mode = mode;
  tree_->library.context = context;
  tree_->root.name = source->name;
  tree_->root.source = std::move(source);
  tree_->root.body = liquid::parse(tree_->root.source, begin, end, tree_->library);
  tree_->paths = liquid::paths_of(tree_->root);
}

Where TemplatePath::where() const {
  return liquid::where_of(*source, {offset, length});
}

Template::~Template() = default;
Template::Template(Template&&) noexcept = default;
Template& Template::operator=(Template&&) noexcept = default;

std::string Template::render(const Value& facts, const LetterLocale& locale) const {
  return liquid::render(tree_->root, tree_->library, facts, locale);
}

const std::vector<TemplatePath>& Template::paths() const {
  return tree_->paths;
}

}  // namespace amends
