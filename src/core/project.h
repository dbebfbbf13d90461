// The project file, amends.toml, as checked values. io/project_file.h reads it (with its includes) into
// Nodes; everything the commands need hangs off this one struct, which never moves once read.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/guarantees/guarantee.h"
#include "core/guarantees/transit.h"
#include "core/language/derived.h"
#include "core/language/history.h"
#include "core/mail/letter.h"
#include "core/mail/message_rule.h"
#include "core/mail/outbox_rules.h"
#include "core/policy/approver.h"
#include "core/policy/policy.h"
#include "core/policy/stand_firm.h"
#include "core/report/incident_rules.h"
#include "core/trial/told_facts.h"

namespace amends {

struct Person {
  std::string name, title, email;
};

struct Shop {
  std::string id;  // in case keys; default: the name in lower case with dashes
  std::string name;
  Zone zone;
  Currency currency;
  std::string locale = "en";
  std::string country;       // ISO 3166 alpha-2; may be empty
  Person signatory;
  std::string phone, email, hours;  // [shop] contact
};

// [sources.NAME]
struct SourceSpec {
  RecordKind kind = RecordKind::order;
  std::vector<std::string> paths;              // globs, "-"; relative to the project folder
  std::string preset;                          // generic, olist, shopify
  std::map<std::string, std::string> columns;  // canonical or own field -> header
  std::map<std::string, std::string> statuses; // the file's word -> canonical
  std::map<std::string, std::string> causes;
  std::map<std::string, std::string> subjects; // of contacts: what a subject holds -> the kind of miss it claims
  std::map<std::string, std::string> carriers; // the file's word -> amends' or the user's own
  std::string format;                          // csv, tsv, jsonl; empty: by the file's name
  char separator = '\0';                       // of columns; none: by the format
  bool decimal_comma = false;                  // 1.234,50
  std::string encoding = "utf-8";              // latin1, windows-1252
  std::vector<std::string> dates;              // declared formats, strptime-like; tried before ISO
  std::optional<Zone> zone;                    // of times without one; default the shop's
  std::optional<bool> midnight_is_date;  // of promises; not said: as the preset has it
  std::int64_t max_age = 0;                    // ms; 0: none
  std::int64_t min_rows = 0;
  Where where;
};

// [report.topics]: what a message that holds one of the words is about.
struct Topic {
  std::string name;
  std::vector<std::string> words;  // in lower case
};

struct Project {
  std::string folder;        // of the project file; paths are relative to it
  std::string file;          // amends.toml as the user named it
  std::string hash;          // SHA-256 of the file and its includes
  Shop shop;
  std::vector<SourceSpec> sources;
  Schema schema;             // canonical, own and derived facts
  std::map<std::string, std::vector<std::string>> sets;
  FactNames fact_names;      // [sources.facts] columns: key -> fact
  Derivations derived;
  CalendarTexts calendar_texts;
  Calendars calendars;
  std::vector<Guarantee> guarantees;
  std::optional<LostRules> lost;               // [lost]
  std::vector<FastestTransit> transit;         // [[transit]], the first that fits counts
  Policy policy;
  std::vector<StandFirm> stand_firm;
  std::vector<Approver> approvers;  // none: whoever says so
  std::vector<MessageRule> messages;
  std::string ledger_path = "amends.db";
  std::optional<Date> since;
  OutboxRules outbox;
  std::int64_t stale_ms = 30 * ms_per_day;  // [run] stale: news older than this is told by a person; 0: "off"
  std::optional<Ratio> brake = Ratio(3);  // [run] brake; none: "off"
  std::optional<Ratio> alike = Ratio(1, 2);  // [run] alike: more of a run's letters than this say the same; none: "off"
  IncidentRules incidents;                   // [incidents]
  std::vector<Topic> topics;            // in file order: the first that fits counts
  std::int64_t history_ms = 365 * ms_per_day;  // [history] within, of misses_before
  std::vector<HistoryRule> history;            // [history.NAME]
  std::vector<std::shared_ptr<const Source>> texts;  // kept for errors

  Language language() const { return Language{&schema, &sets, shop.zone, &calendars}; }
  const Guarantee* guarantee_named(std::string_view name) const;  // also by an earlier name
};

// Reads and checks a whole project; stops with an Error at the first fault.
void read_project(const Node& root, Project& project);

}  // namespace amends
