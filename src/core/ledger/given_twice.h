// A credit that somebody gave by hand for an order whose remedies were granted before: nobody is paid twice. What is
// held gives way to it; what was granted may be paid already, so it stands and is listed for a person to settle. Pure.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/ledger/settlement.h"

namespace amends {

// Why a held grant is void; `credits`: their references, empty where they are of the records.
std::string given_by_hand_reason(const std::string& credits);

struct GivenTwice {
  std::string record_id;      // the order
  Money by_hand;              // what came too late to be set against anything
  std::vector<Grant> grants;  // that stand: granted, issued or offered
  Money twice;                // what of it the customer has from both, the smaller of the two, less what was left with them
};

struct GivenWay {
  std::vector<Grant> gone;    // held ones that are void from now on
  std::vector<Grant> rest;    // what is left of the last of them, held anew
  std::optional<GivenTwice> twice;
};

// `grants`: all of the order, in every state, by (due, case, number). `late`: the credit; grants of other currencies stay.
// `left`: what somebody left with the customer, of what was given twice.
GivenWay give_way(const std::vector<Grant>& grants, const Money& late, Instant as_of, const std::vector<Money>& left = {});

}  // namespace amends
