// Dates as a source declares them: dates = ["%d/%m/%Y %H:%M"]. The directives are strptime's; a pattern is
// compiled once and must match the whole text. Names of months and days are English.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/time/time.h"

namespace amends {

class DateFormat {
 public:
  // Knows %Y %y %m %d %e %H %I %M %S %f %p %b %B %a %A %z %T %R %F %D %%; stops at any other, at `where`.
  DateFormat(std::string_view pattern, const Where& where);

  // Kind::bad when the text is not in this format.
  Stamp read(std::string_view text) const;
  const std::string& pattern() const { return pattern_; }

 private:
  std::string pattern_;
  std::string steps_;  // a directive's letter behind '%', or a plain character behind ' '
};

}  // namespace amends
