// The carriers amends knows by name, from templates/carriers.tsv: what vendors call them and what letters do.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace amends {

struct Carrier {
  std::string code;                  // as conditions and files of ours write it: royal-mail
  std::string name;                  // as people write it: Royal Mail
  std::vector<std::string> aliases;  // what vendors and carriers' divisions are called besides
};
const std::vector<Carrier>& carriers();

// By code, name or alias, in any case and whatever stands between the letters; null when nobody knows it.
const Carrier* carrier_named(std::string_view text);
// For letters: the name of a known code, else the text itself.
std::string_view carrier_name(std::string_view text);

}  // namespace amends
