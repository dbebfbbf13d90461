// Cases that a night can leave out: closed, decided, granted and told, so that nothing about them changes by itself.
// What the last night knew of one is kept as a digest; while tonight's is the same, it is not decided again. The ledger
// drops the digest as soon as anything is appended about the case.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "core/ledger/night.h"
#include "core/letters/draft.h"

namespace amends {

struct QuietCase {
  std::string key;     // case key
  std::string digest;  // 32 bytes
};

// False: cases of a policy with pools or counted grants depend on each other.
bool can_be_quiet(const Project& project);

// Those of a night that the next may leave out.
std::vector<QuietCase> quiet_cases(const Night& night, const Drafts& drafts, const Project& project);

// Takes the cases of people whose every miss is as the ledger knows it out of the misses and the keys seen; how many of those
// were due before the start. `cleared`: cases in time after all; their people are looked at whole.
struct LeftOut {
  std::size_t cases = 0, before_start = 0;
};
LeftOut leave_out_quiet(Judgement& judgement, const Standing& standing, const std::vector<KnownCase>& cleared,
                        const Project& project);

}  // namespace amends
