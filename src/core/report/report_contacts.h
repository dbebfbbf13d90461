// What people ask, and how long they wait for an answer: messages of a period by topic, with what is true of the
// orders they are about.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/project.h"
#include "core/records/contact.h"
#include "core/report/report.h"

namespace amends {

struct TopicFigures {
  std::string name;            // empty: none of the topics, or no subject
  std::size_t contacts = 0;
  std::size_t people = 0;      // who can be told apart
  std::size_t no_order = 0;    // messages that name none
  std::size_t no_miss = 0;     // messages about orders without a miss
  std::map<std::string, std::size_t> kinds;  // messages about orders with one, by kind of miss
  std::size_t before_due = 0, after_due = 0; // of the latter: when they came
  std::optional<std::int64_t> late_days;     // median of the orders known to be late
};

struct UnansweredContact {
  std::string id, order_id, subject;
  std::int64_t waits = 0;      // ms
};

struct ContactFigures {
  std::size_t contacts = 0, answered = 0;
  bool tells_replies = false;  // some source could hold an answer's time
  Waits reply;
  std::vector<UnansweredContact> unanswered;  // longest first
  std::vector<TopicFigures> topics;           // most asked first
};

// `contacts`: of the period. `cases`: all that are known, also outside of it.
ContactFigures contact_figures(const std::vector<Contact>& contacts, const std::vector<ReportCase>& cases, const std::vector<Topic>& topics, const Zone& shop_zone,
                               Instant as_of);

// Sets when somebody first asked of each case.
void set_asked(std::vector<ReportCase>& cases, const std::vector<Contact>& contacts, const Zone& shop_zone);

// The topic's name; without topics, the subject itself in lower case.
std::string topic_of(const Contact& contact, const std::vector<Topic>& topics);

}  // namespace amends
