/* The outcomes in words. */
#include "admin/outcome_words.h"

#include "admin/visit.h"
#include "base/attr.h"
#include "base/text.h"

static const struct outcome_words table[] = {
    {"complete", N_("answered to the end"), true, false},
    {"length", N_("answered up to the limit of tokens"), true, false},
    {"blocked", N_("answered with a refusal of Gemini's filters"), true, false},
    {"client_error", N_("the request was wrong"), false, false},
    {"unauthorized", N_("no valid token"), false, false},
    {"limited", N_("a limit was reached"), false, true},
    {"no_key", N_("there was no usable key"), false, true},
    {"upstream_error", N_("Gemini failed, also on retries"), false, true},
    {"timeout_first_byte", N_("Gemini did not begin in time"), false, true},
    {"timeout_idle", N_("Gemini fell silent in the middle"), false, true},
    {"truncated", N_("Gemini's answer had no end"), false, true},
    {"client_gone", N_("the client left before the end"), false, false},
    {"internal_error", N_("keywheel or its database failed"), false, true},
};

struct outcome_words
outcome_words(const char *outcome)
{
	const struct outcome_words unknown = {outcome, outcome, false, false};
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (text_same(outcome, table[i].outcome))
			return table[i];
	return unknown;
}
