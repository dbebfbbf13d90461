#include "core/base/command_words.h"

#include <optional>

#include <fmt/format.h>

#include "core/base/text.h"

namespace amends {
namespace {

class WordReader {
 public:
  WordReader(std::string_view command, const Where& where) : command_(command), where_(where) {}

  std::vector<std::string> words() {
    for (at_ = 0; at_ < command_.size(); ++at_) take(command_[at_]);
    if (quote_ != '\0') throw Error{where_, fmt::format("the mail command ends inside {}", quote_), "close the quote"};
    end_word();
    return std::move(words_);
  }

 private:
  void take(char c) {
    if (c == quote_ && quote_ != '\0') quote_ = '\0';
    else if (quote_ == '\'') word_ += c;
    else if (c == '\\' && at_ + 1 < command_.size()) add(command_[++at_]);
    else if (quote_ == '"') word_ += c;
    else if (c == '\'' || c == '"') open(c);
    else if (c == ' ' || c == '\t' || c == '\n') end_word();
    else take_bare(c);
  }

  void take_bare(char c) {
    if (is_one_of(std::string_view(&c, 1), {"|", "<", ">", "&", ";", "`", "$"}))
      throw Error{where_, fmt::format("{} is for a shell, and the mail command has none", c), "write a script that does it, and name the script; or quote it"};
    add(c);
  }

  void add(char c) {
    has_word_ = true;
    word_ += c;
  }

  void open(char quote) {
    quote_ = quote;
    has_word_ = true;
  }

  void end_word() {
    if (has_word_) words_.push_back(word_);
    word_.clear();
    has_word_ = false;
  }

  std::string_view command_;
  const Where& where_;
  std::size_t at_ = 0;
  char quote_ = '\0';
  std::string word_;
  bool has_word_ = false;  // "" is a word too
  std::vector<std::string> words_;
};

}  // namespace

std::vector<std::string> command_words(std::string_view command, const Where& where) {
  std::vector<std::string> words = WordReader(command, where).words();
  if (words.empty() || words.front().empty()) throw Error{where, "the mail command is empty", "write --via 'msmtp -t'"};
  return words;
}

}  // namespace amends
