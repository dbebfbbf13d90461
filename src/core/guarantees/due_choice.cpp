#include "core/guarantees/due_choice.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {

DueChoice::DueChoice(const Guarantee& guarantee, const Table& orders) : guarantee_(guarantee) {
  for (const ChosenPart& choice : guarantee.choices) {
    const Column* const column = orders.find(choice.fact);
    columns_.push_back(column == nullptr || !column->is_text() ? nullptr : column);
  }
}

const Due* DueChoice::of(Row order, Why& why) const {
  if (columns_.empty()) return &guarantee_.due;
  std::size_t way = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const ChosenPart& choice = guarantee_.choices[i];
    if (columns_[i] == nullptr) {
      why = {choice.fact, fmt::format("no source holds {}", choice.fact)};
      return nullptr;
    }
    const std::string_view word = columns_[i]->text[order];
    const bool is_nothing = word.data() == nullptr;
    if (is_nothing && !(choice.has_else && columns_[i]->type.optional)) {
      why = {choice.fact, fmt::format("{} is missing, which {} is chosen by", choice.fact, choice.key)};
      return nullptr;
    }
    const auto found = is_nothing ? choice.words.end() : std::find(choice.words.begin(), choice.words.end(), word);
    const auto place = static_cast<std::size_t>(found - choice.words.begin());
    if (place == choice.size()) {
      why = {{}, fmt::format("due says no {} for {} {}", choice.key, choice.fact, quoted(word))};
      return nullptr;
    }
    way = way * choice.size() + place;
  }
  return &guarantee_.dues[way];
}

}  // namespace amends
