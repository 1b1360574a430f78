/* Words for verdicts. */
#include "pool/verdict_words.h"

#include <stddef.h>
#include <string.h>

#include "base/attr.h"

/* In the order of pool/verdict_rows.h. */
/* clang-format off */
const struct verdict_words verdict_words[] = {
{"invalid_key", BLAME_KEY, N_("Invalid key"),
 N_("Google says the key is invalid or has expired"),
 N_("Google says that the key is invalid or has expired. It is disabled; it "
    "is tried again now and then, in case it comes back.")},
{"project_suspended", BLAME_KEY, N_("Project suspended"),
 N_("Google has suspended the project"),
 N_("Google has suspended the project. All of its keys are disabled.")},
{"not_enabled", BLAME_KEY, N_("API not enabled"),
 N_("the Gemini API or billing is not enabled for the key"),
 N_("The Gemini API or billing is not enabled for the key’s project. The key "
    "is disabled until that is changed in Google’s console.")},
{"no_balance", BLAME_QUOTA, N_("No balance"),
 N_("the prepaid balance is used up"),
 N_("The project’s prepaid balance is used up. Its keys rest for all models, "
    "an hour at first.")},
{"location", BLAME_WAY, N_("Address not served"),
 N_("Google does not serve this address, or not without billing"),
 N_("Google does not serve the address that the request came from, or not "
    "without billing. If several projects are told so, no key is to blame.")},
{"request_shape", BLAME_REQUEST, N_("Not for this model"),
 N_("the model does not take a part of the request"),
 N_("The model does not take a part of the request. keywheel leaves that part "
    "out where it can, and remembers it for the model.")},
{"not_owner", BLAME_REQUEST, N_("Another key’s file"),
 N_("the file or cache belongs to another key"),
 N_("The file or cache belongs to the project of another key.")},
{"not_found", BLAME_REQUEST, N_("Not found"),
 N_("the file, cache or operation does not exist"),
 N_("The file, cache or operation does not exist at Google, or not any "
    "more.")},
{"cancelled", BLAME_GOOGLE, N_("Given up by Google"),
 N_("Google gave the request up"),
 N_("Google gave the request up. Another key is tried once.")},
{"too_large", BLAME_REQUEST, N_("Too large"),
 N_("the request is larger than Google takes"),
 N_("The request is larger than Google takes.")},
{"ok", BLAME_NOBODY, N_("Answered"),
 N_("answered"),
 N_("Google has answered.")},
{"blocked", BLAME_REQUEST, N_("Prompt refused"),
 N_("Google refused the prompt"),
 N_("Google refused the prompt for what it says.")},
{"empty", BLAME_GOOGLE, N_("Empty answer"),
 N_("the answer was empty or held a malformed call"),
 N_("The answer was empty or held a malformed call. The same key is asked "
    "again, twice at most.")},
{"missing", BLAME_GOOGLE, N_("Incomplete answer"),
 N_("the answer held nothing of what was asked for"),
 N_("The answer held nothing of what was asked for. The same key is asked "
    "again once.")},
{"garbled", BLAME_GOOGLE, N_("Answer not understood"),
 N_("the answer was not understood"),
 N_("What came back was no answer of Gemini’s. Another key is tried once.")},
{"cut", BLAME_WAY, N_("Connection broke"),
 N_("the connection broke in the middle of the answer"),
 N_("The connection broke in the middle of the answer. Before the first word "
    "another key is tried; after it the client is told.")},
{"unreachable", BLAME_WAY, N_("Google not reached"),
 N_("Google could not be reached"),
 N_("No connection to Google could be made: its name was not found, or it was "
    "refused. No key is to blame; another is tried once.")},
{"proxy_down", BLAME_WAY, N_("Proxy failed"),
 N_("the egress proxy failed"),
 N_("The egress proxy failed. It is left out for a while, and the same key "
    "goes by another one.")},
{"no_first_byte", BLAME_GOOGLE, N_("No answer in time"),
 N_("no answer began in time"),
 N_("No answer began before the time for the first byte was over. Another key "
    "is tried once.")},
{"idle", BLAME_GOOGLE, N_("Answer stood still"),
 N_("the answer stood still for too long"),
 N_("The answer had begun, and then nothing came for too long.")},
{"out_of_time", BLAME_GOOGLE, N_("Out of time"),
 N_("the time for the whole request ran out"),
 N_("The time for the whole request ran out.")},
{"client_gone", BLAME_NOBODY, N_("Client left"),
 N_("the client closed the connection"),
 N_("The client closed the connection before the answer was there.")},
{"signature", BLAME_REQUEST, N_("Signature refused"),
 N_("a thought signature was refused"),
 N_("Google refused a thought signature of an earlier turn. keywheel repeats "
    "the request without it.")},
{"too_long", BLAME_REQUEST, N_("Prompt too long"),
 N_("the prompt is longer than the model allows"),
 N_("The prompt is longer than the model allows.")},
{"file_pending", BLAME_NOBODY, N_("File not ready"),
 N_("Google is still looking at the file"),
 N_("Google is still looking at a file that was uploaded a moment ago. The "
    "same key is asked again after a second.")},
{"bad_request", BLAME_REQUEST, N_("Bad request"),
 N_("Google refused the request"),
 N_("Google refused the request as wrong. Another key would be told the same, "
    "so none is tried.")},
{"not_google", BLAME_WAY, N_("Forbidden on the way"),
 N_("somebody on the way to Google forbids it"),
 N_("Somebody on the way to Google forbids it: the refusal is not Google’s. "
    "The key is not blamed.")},
{"leaked_key", BLAME_KEY, N_("Leaked key"),
 N_("Google has the key reported as leaked"),
 N_("Google has the key reported as leaked. It is disabled and an alarm is "
    "raised: look where it may have been published, and make a new one.")},
{"restricted_key", BLAME_KEY, N_("Restricted key"),
 N_("the key is restricted to other addresses or programs"),
 N_("The key is restricted to other addresses or programs in Google’s "
    "console. It is disabled.")},
{"unauthenticated", BLAME_KEY, N_("Key not accepted"),
 N_("Google does not accept the key"),
 N_("Google does not accept the key. After the second time in a row it is "
    "disabled.")},
{"forbidden", BLAME_KEY, N_("Forbidden"),
 N_("Google forbids it, for a reason not known here"),
 N_("Google forbids it for a reason that is not known here. The key rests for "
    "ten minutes; after the third time in a row it is disabled.")},
{"model_unknown", BLAME_REQUEST, N_("Unknown model"),
 N_("Google does not know the model"),
 N_("Google does not know the model, or not for this project, which rests for "
    "it. If all say so, the model does not exist.")},
{"model_not_found", BLAME_REQUEST, N_("Model not found"),
 N_("Google found nothing under that name"),
 N_("Google found nothing under the name of the model.")},
{"no_capacity", BLAME_GOOGLE, N_("No capacity"),
 N_("Google has no capacity for the model"),
 N_("Google has no capacity for the model at the moment. The key is not "
    "blamed; others are tried.")},
{"spending_cap", BLAME_QUOTA, N_("Spending cap"),
 N_("the project's monthly spending cap is reached"),
 N_("The project’s monthly spending cap is reached. Its keys rest for all "
    "models, and are tried every six hours.")},
{"not_offered", BLAME_QUOTA, N_("No quota at all"),
 N_("the project has no quota for the model at all"),
 N_("The project has no quota for the model at all, as on a free tier. It "
    "rests for the model for a day.")},
{"rate_day", BLAME_QUOTA, N_("Quota of the day"),
 N_("the quota of the day is used up"),
 N_("The project’s quota of the day for the model is used up. It rests until "
    "midnight in California, when Google counts anew.")},
{"rate_long", BLAME_QUOTA, N_("Long delay"),
 N_("Google names a long delay"),
 N_("Google names a delay of more than five minutes. The project rests for "
    "the model that long.")},
{"prompt_limit", BLAME_REQUEST, N_("Prompt over the limit"),
 N_("the prompt has more tokens than the key may take in a minute"),
 N_("The prompt has more tokens than the key’s project may send in a minute. "
    "Nobody rests for it; a key of another project is tried.")},
{"rate_tokens", BLAME_QUOTA, N_("Tokens of the minute"),
 N_("the input tokens of the minute are used up"),
 N_("The project’s input tokens of the minute for the model are used up. It "
    "rests for the model as long as Google says, and another key is tried.")},
{"rate_minute", BLAME_QUOTA, N_("Requests of the minute"),
 N_("the requests of the minute are used up"),
 N_("The project’s requests of the minute for the model are used up. It rests "
    "for the model as long as Google says, and another key is tried.")},
{"rate_unknown", BLAME_QUOTA, N_("A quota"),
 N_("a quota is used up, Google does not say which"),
 N_("A quota is used up, and Google does not say which. The project rests for "
    "the model, ten seconds at first.")},
{"internal", BLAME_GOOGLE, N_("Internal error of Google’s"),
 N_("an internal error of Google's"),
 N_("Google failed inside. Another key is tried once; a key that meets five "
    "in a row rests for the model.")},
{"overloaded", BLAME_GOOGLE, N_("Model overloaded"),
 N_("the model is overloaded"),
 N_("The model is overloaded at Google. Other keys are tried after a moment; "
    "if many projects are told so, the model rests for everybody.")},
{"deadline", BLAME_GOOGLE, N_("Google out of time"),
 N_("Google ran out of time"),
 N_("Google ran out of time with the request. Another key is tried once.")},
{"bad_gateway", BLAME_WAY, N_("Error on the way"),
 N_("an error on the way to Google or back"),
 N_("Something on the way to Google or back failed. Another key is tried "
    "once.")},
};
/* clang-format on */
const int verdict_n_words = (int)COUNT_OF(verdict_words);

const struct verdict_words *
verdict_words_find(const char *name)
{
	for (int i = 0; name != NULL && i < verdict_n_words; i++)
		if (strcmp(verdict_words[i].name, name) == 0)
			return &verdict_words[i];
	return NULL;
}

const char *
verdict_blame_words(enum verdict_blame blame)
{
	static const char *const words[] = {
	    [BLAME_KEY] = N_("the key or its project"),
	    [BLAME_QUOTA] = N_("a limit of the project"),
	    [BLAME_REQUEST] = N_("the request"),
	    [BLAME_GOOGLE] = N_("Google"),
	    [BLAME_WAY] = N_("the way to Google"),
	    [BLAME_NOBODY] = N_("nobody"),
	};
	return words[blame];
}
