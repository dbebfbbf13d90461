// Everything a report tells, gathered: the records read once, as promise and check --at-risk read them, the ledger, and
// what customers wrote. report.cpp prints it as text, JSON, one HTML page or the beginnings of a help page.
#pragma once
#include <optional>
#include <vector>

#include "cmd/context.h"
#include "core/report/incident.h"
#include "core/report/report.h"
#include "core/report/report_again.h"
#include "core/report/report_contacts.h"
#include "core/report/report_fairness.h"
#include "core/report/report_money.h"
#include "core/risk/calibration.h"

namespace amends {

struct ReportData {
  Period period;
  bool has_ledger = false;
  bool partial = false;              // rows were set aside, or cases cannot be judged
  std::size_t open = 0;              // cases not due yet
  std::size_t unjudged = 0;
  std::size_t ended = 0, suspended = 0, left_out = 0;  // called off before due; by an exception; not to be judged, and old
  std::size_t gone = 0;              // misses of the period that only the ledger knows: their records are gone
  std::size_t before_start = 0;      // misses of the period that the ledger leaves alone
  Figures figures;
  std::vector<Incident> incidents;   // of promises of the period, the latest first
  MoneyFigures money;
  std::vector<Money> given_by_hand;  // credits imported in the period
  ContactFigures contacts;
  std::vector<UnlikeRemedies> unlike;
  BoughtAgain again;
  Instant held_back_since;           // orders begun since were estimated from those before
  Calibration at_start, later;       // without orders where there are too few to judge it
};

ReportData report_data(const Context& context, const Period& period);

}  // namespace amends
