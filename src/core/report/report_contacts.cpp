#include "core/report/report_contacts.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "core/base/text.h"

namespace amends {
namespace {

Instant time_of(Moment at, const Zone& zone) { return at.is_date() ? zone.start_of(at.date()) : at.instant(); }

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80; }

// A word begins and ends where letters do: "late" is not in "translate".
bool holds_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || !is_letter(text[at - 1]) || !is_letter(word.front());
    const std::size_t end = at + word.size();
    if (begins && (end == text.size() || !is_letter(text[end]) || !is_letter(word.back()))) return true;
  }
  return false;
}

using CasesByOrder = std::unordered_map<std::string_view, std::vector<const ReportCase*>>;

CasesByOrder by_order(const std::vector<ReportCase>& cases) {
  CasesByOrder orders;
  for (const ReportCase& c : cases)
    if (!c.record_id.empty()) orders[c.record_id].push_back(&c);
  return orders;
}

struct Gathered {
  TopicFigures figures;
  std::set<std::string_view> people;
  std::map<std::string_view, std::int64_t> late_days;  // by order
};

// What a message is about is told by the gravest miss of its order.
void add(const Contact& contact, const CasesByOrder& orders, const Zone& zone, Gathered& topic) {
  TopicFigures& figures = topic.figures;
  ++figures.contacts;
  if (!contact.person.empty()) topic.people.insert(contact.person);
  if (contact.order_id.empty()) return void(++figures.no_order);
  const auto found = orders.find(contact.order_id);
  if (found == orders.end()) return void(++figures.no_miss);
  const ReportCase* gravest = *std::min_element(found->second.begin(), found->second.end(), [](const ReportCase* a, const ReportCase* b) { return a->kind < b->kind; });
  ++figures.kinds[std::string(name_of(gravest->kind))];
  ++(time_of(contact.at, zone) < gravest->due ? figures.before_due : figures.after_due);
  if (gravest->late_days && *gravest->late_days > 0) topic.late_days[contact.order_id] = *gravest->late_days;
}

TopicFigures figures_of(Gathered&& topic) {
  topic.figures.people = topic.people.size();
  std::vector<std::int64_t> days;
  for (const auto& [order, late] : topic.late_days) days.push_back(late);
  if (!days.empty()) topic.figures.late_days = waits_of(std::move(days)).median;
  return std::move(topic.figures);
}

std::vector<TopicFigures> topics_in(const std::vector<Contact>& contacts, const std::vector<ReportCase>& cases, const std::vector<Topic>& topics, const Zone& zone) {
  if (contacts.empty()) return {};
  const CasesByOrder orders = by_order(cases);
  std::map<std::string, Gathered> gathered;
  for (const Contact& contact : contacts) add(contact, orders, zone, gathered[topic_of(contact, topics)]);
  std::vector<TopicFigures> all;
  for (auto& [name, topic] : gathered) {
    topic.figures.name = name;
    all.push_back(figures_of(std::move(topic)));
  }
  std::stable_sort(all.begin(), all.end(), [](const TopicFigures& a, const TopicFigures& b) { return a.contacts > b.contacts; });
  return all;
}

}  // namespace

std::string topic_of(const Contact& contact, const std::vector<Topic>& topics) {
  if (topics.empty()) return lower(trimmed(contact.subject));
  const std::string text = lower(contact.subject) + "\n" + lower(contact.text);
  for (const Topic& topic : topics)
    if (std::any_of(topic.words.begin(), topic.words.end(), [&](const std::string& word) { return holds_word(text, word); })) return topic.name;
  return {};
}

ContactFigures contact_figures(const std::vector<Contact>& contacts, const std::vector<ReportCase>& cases, const std::vector<Topic>& topics, const Zone& shop_zone,
                               Instant as_of) {
  ContactFigures figures;
  figures.contacts = contacts.size();
  std::vector<std::int64_t> replies;
  for (const Contact& c : contacts) {
    figures.tells_replies = figures.tells_replies || c.tells_reply;
    if (!c.tells_reply) continue;
    const Instant at = time_of(c.at, shop_zone);
    if (!c.first_reply.is_none()) replies.push_back(std::max<std::int64_t>(time_of(c.first_reply, shop_zone).ms - at.ms, 0));
    else figures.unanswered.push_back({c.id, c.order_id, c.subject, as_of.ms - at.ms});
  }
  figures.answered = replies.size();
  figures.reply = waits_of(std::move(replies));
  std::stable_sort(figures.unanswered.begin(), figures.unanswered.end(), [](const auto& a, const auto& b) { return a.waits > b.waits; });
  figures.topics = topics_in(contacts, cases, topics, shop_zone);
  return figures;
}

void set_asked(std::vector<ReportCase>& cases, const std::vector<Contact>& contacts, const Zone& shop_zone) {
  if (contacts.empty()) return;
  std::unordered_map<std::string_view, std::vector<Instant>> of_order, of_person;
  for (const Contact& c : contacts) {
    if (!c.order_id.empty()) of_order[c.order_id].push_back(time_of(c.at, shop_zone));
    else if (!c.person.empty()) of_person[c.person].push_back(time_of(c.at, shop_zone));
  }
  const auto look = [](const auto& times, std::string_view name, ReportCase& c) {
    const auto found = times.find(name);
    if (found == times.end()) return;
    for (const Instant at : found->second)
      if (at >= c.due && (!c.asked || at < *c.asked)) c.asked = at;
  };
  for (ReportCase& c : cases) {
    if (!c.record_id.empty()) look(of_order, c.record_id, c);
    if (!c.person.empty()) look(of_person, c.person, c);
  }
}

}  // namespace amends
