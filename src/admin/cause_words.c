/* Causes in words. */
#include "admin/cause_words.h"

#include <stddef.h>

#include "admin/visit.h"
#include "base/attr.h"
#include "base/text.h"

static const struct {
	const char *cause, *words;
} table[] = {
    /* verdicts (pool/verdict_rows.h) */
    {"bad_gateway", N_("an error on the way to Google or back")},
    {"bad_request", N_("Google refused the request")},
    {"blocked", N_("Google refused the prompt")},
    {"cancelled", N_("Google gave the request up")},
    {"client_gone", N_("the client closed the connection")},
    {"cut", N_("the connection broke in the middle of the answer")},
    {"deadline", N_("Google ran out of time")},
    {"empty", N_("the answer was empty or held a malformed call")},
    {"file_pending", N_("Google is still looking at the file")},
    {"forbidden", N_("Google forbids it, for a reason not known here")},
    {"garbled", N_("the answer was not understood")},
    {"idle", N_("the answer stood still for too long")},
    {"internal", N_("an internal error of Google's")},
    {"invalid_key", N_("Google says the key is invalid or has expired")},
    {"leaked_key", N_("Google has the key reported as leaked")},
    {"location",
	N_("Google does not serve this address, or not without billing")},
    {"missing", N_("the answer held nothing of what was asked for")},
    {"model_not_found", N_("Google found nothing under that name")},
    {"model_unknown", N_("Google does not know the model")},
    {"no_balance", N_("the prepaid balance is used up")},
    {"no_capacity", N_("Google has no capacity for the model")},
    {"no_first_byte", N_("no answer began in time")},
    {"not_enabled", N_("the Gemini API or billing is not enabled for the key")},
    {"not_found", N_("the file, cache or operation does not exist")},
    {"not_google", N_("somebody on the way to Google forbids it")},
    {"not_offered", N_("the project has no quota for the model at all")},
    {"not_owner", N_("the file or cache belongs to another key")},
    {"ok", N_("answered")},
    {"out_of_time", N_("the time for the whole request ran out")},
    {"overloaded", N_("the model is overloaded")},
    {"project_suspended", N_("Google has suspended the project")},
    {"prompt_limit",
	N_("the prompt has more tokens than the key may take in a minute")},
    {"proxy_down", N_("the egress proxy failed")},
    {"rate_day", N_("the quota of the day is used up")},
    {"rate_long", N_("Google names a long delay")},
    {"rate_minute", N_("the requests of the minute are used up")},
    {"rate_tokens", N_("the input tokens of the minute are used up")},
    {"rate_unknown", N_("a quota is used up, Google does not say which")},
    {"request_shape", N_("the model does not take a part of the request")},
    {"restricted_key",
	N_("the key is restricted to other addresses or programs")},
    {"signature", N_("a thought signature was refused")},
    {"spending_cap", N_("the project's monthly spending cap is reached")},
    {"too_large", N_("the request is larger than Google takes")},
    {"too_long", N_("the prompt is longer than the model allows")},
    {"unauthenticated", N_("Google does not accept the key")},
    {"unreachable", N_("Google could not be reached")},
    /* others */
    {"by hand", N_("by hand")},
    {"cli", N_("on the command line")},
    {"demo", N_("for a demonstration")},
    {"env", N_("from a file of settings")},
    {"no longer listed", N_("it is no longer in the list")},
    {"page", N_("on a page")},
    {"probe", N_("a probe found it alive")},
    {"storm", N_("Google or our address is in trouble")},
    {"stumbles", N_("several internal errors in a row")},
    {"the page", N_("on a page")},
};

const char *
cause_words(const char *cause)
{
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (text_same(cause, table[i].cause))
			return table[i].words;
	return NULL;
}
