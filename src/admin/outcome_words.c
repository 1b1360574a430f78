/* Words for outcomes. */
#include "admin/outcome_words.h"

#include <stddef.h>
#include <string.h>

#include "base/attr.h"
#include "base/message.h"

const struct outcome_words outcome_words[] = {
    {"complete", "good", N_("Complete"),
	N_("The client got a whole answer.")},
    {"length", "good", N_("Cut at its length"),
	N_("The answer ended at the number of tokens that it was allowed.")},
    {"blocked", "warn", N_("Blocked"),
	N_("Google refused the prompt, or broke the answer off, for what it "
	   "says.")},
    {"client_error", "warn", N_("Client’s error"),
	N_("Something in the request was wrong; the client was told what.")},
    {"unauthorized", "warn", N_("Not allowed"),
	N_("The client’s token was missing, wrong, or may not do this.")},
    {"limited", "warn", N_("Limited"),
	N_("A limit or quota was used up, or all keys rested; the client was "
	   "told when to come again.")},
    {"no_key", "bad", N_("No key"), N_("No key was there that could serve.")},
    {"upstream_error", "bad", N_("Google’s error"),
	N_("Google or the way to it failed, and other keys did not help.")},
    {"timeout_first_byte", "bad", N_("No answer in time"),
	N_("No answer had begun when the time for it was over.")},
    {"timeout_idle", "bad", N_("Stood still"),
	N_("The answer had begun and then stood still for too long.")},
    {"truncated", "bad", N_("Broken off"),
	N_("The answer ended without its end; the client was told so.")},
    {"client_gone", "other", N_("Client left"),
	N_("The client closed the connection before the end.")},
    {"internal_error", "bad", N_("keywheel’s error"),
	N_("Something failed in keywheel itself; its log says more.")},
};
const int outcome_n_words = (int)COUNT_OF(outcome_words);

const struct outcome_words *
outcome_words_find(const char *name)
{
	for (int i = 0; name != NULL && i < outcome_n_words; i++)
		if (strcmp(outcome_words[i].name, name) == 0)
			return &outcome_words[i];
	return NULL;
}
