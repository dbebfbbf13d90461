#include "core/mail/sms.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/code_points.h"

namespace amends {
namespace {

// The basic table beyond the letters, digits and signs it shares with ASCII, and the table behind the escape.
constexpr std::u32string_view basic = U"£¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤ÄÖÑÜ§¿äöñüà¡@$";
constexpr std::u32string_view escaped = U"^{}\\[~]|€\f";
constexpr std::size_t gsm_alone = 160, gsm_of_several = 153, ucs_alone = 70, ucs_of_several = 67;

bool is_shared_with_ascii(char32_t point) {
  return point >= 0x20 && point < 0x7F && escaped.find(point) == std::u32string_view::npos && point != U'`';
}

std::size_t septets_of(char32_t point) {
  if (is_shared_with_ascii(point) || basic.find(point) != std::u32string_view::npos) return 1;
  return escaped.find(point) != std::u32string_view::npos ? 2 : 0;
}

// A character is never cut in two: what does not fit begins the next segment.
class Segments {
 public:
  Segments(std::size_t alone, std::size_t of_several) : alone_(alone), of_several_(of_several) {}
  void add(std::size_t width) {
    units_ += width;
    if (filled_ + width > of_several_) {
      ++full_;
      filled_ = 0;
    }
    filled_ += width;
  }
  std::size_t units() const { return units_; }
  std::size_t count() const { return units_ == 0 ? 0 : units_ <= alone_ ? 1 : full_ + 1; }

 private:
  std::size_t alone_, of_several_;
  std::size_t units_ = 0, filled_ = 0, full_ = 0;
};

}  // namespace

SmsSize sms_size(std::string_view text) {
  Segments gsm(gsm_alone, gsm_of_several), ucs(ucs_alone, ucs_of_several);
  SmsSize size;
  for (std::size_t at = 0; at < text.size(); at += code_point_length(text, at)) {
    const auto point = static_cast<char32_t>(code_point_at(text, at));
    const std::size_t septets = septets_of(point);
    if (septets == 0 && size.is_gsm) {
      size.is_gsm = false;
      size.beyond = text.substr(at, code_point_length(text, at));
    }
    gsm.add(septets);
    ucs.add(point > 0xFFFF ? 2 : 1);
  }
  const Segments& counted = size.is_gsm ? gsm : ucs;
  size.units = counted.units();
  size.segments = counted.count();
  return size;
}

std::string as_sms(std::string_view text) {
  constexpr std::string_view unbroken[] = {"\u00a0", "\u202f", "\u2009", "\u2007"};
  std::string out(text.substr(0, text.find_last_not_of('\n') + 1));
  for (const std::string_view blank : unbroken)
    for (std::size_t at = 0; (at = out.find(blank, at)) != std::string::npos; ++at) out.replace(at, blank.size(), " ");
  return out;
}

std::string words_of(const SmsSize& size) {
  return fmt::format("{} {}, {} characters", size.segments, size.segments == 1 ? "segment" : "segments", size.units);
}

}  // namespace amends
