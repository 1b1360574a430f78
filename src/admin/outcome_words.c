/* The outcomes in words. */
#include "admin/outcome_words.h"

#include "admin/visit.h"
#include "base/attr.h"
#include "base/text.h"

static const struct outcome_words table[] = {
    {"complete", N_("Complete"), N_("answered to the end"), true, false},
    {"length", N_("Cut at its length"),
	N_("answered up to the limit of tokens"), true, false},
    {"blocked", N_("Blocked"),
	N_("answered with a refusal of Gemini's filters"), true, false},
    {"client_error", N_("Client’s error"), N_("the request was wrong"), false,
	false},
    {"unauthorized", N_("Not allowed"), N_("no valid token"), false, false},
    {"limited", N_("Limited"),
	N_("a limit of the keys or of the token was reached"), false, true},
    {"no_key", N_("No key"), N_("there was no usable key"), false, true},
    {"upstream_error", N_("Gemini’s error"),
	N_("Gemini failed, also on retries"), false, true},
    {"timeout_first_byte", N_("No answer in time"),
	N_("Gemini did not begin in time"), false, true},
    {"timeout_idle", N_("Stood still"), N_("Gemini fell silent in the middle"),
	false, true},
    {"truncated", N_("Broken off"), N_("Gemini's answer had no end"), false,
	true},
    {"client_gone", N_("Client left"), N_("the client left before the end"),
	false, false},
    {"internal_error", N_("keywheel’s error"),
	N_("keywheel or its database failed"), false, true},
};

struct outcome_words
outcome_words(const char *outcome)
{
	const struct outcome_words unknown = {
	    outcome, outcome, outcome, false, false};
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (text_same(outcome, table[i].outcome))
			return table[i];
	return unknown;
}

bool
outcome_words_known(const char *outcome)
{
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (text_same(outcome, table[i].outcome))
			return true;
	return false;
}

const char *
outcome_words_state(const struct outcome_words *words)
{
	return words->good ? "good" : words->bad ? "bad" : "warn";
}

const struct outcome_words *
outcome_words_all(size_t *n)
{
	*n = COUNT_OF(table);
	return table;
}
