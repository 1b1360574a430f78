/* The table of refusals that can be mended, by Google's words. */
#include "protocol/repair.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "protocol/model_quirk.h"

/* The first row whose words all stand in the message. */
static const struct repair {
	const char *words, *more; /* more may be NULL */
	enum repair_scope scope;
	const char *quirk; /* NULL: none */
} repairs[] = {
    {"Penalty is not enabled", NULL, REPAIR_MODEL, "no_penalties"},
    {"Logprobs is not", NULL, REPAIR_MODEL, "no_logprobs"},
    {"Multiple candidates is not enabled", NULL, REPAIR_MODEL, "one_candidate"},
    {"Requests ending with a model turn", NULL, REPAIR_MODEL, "no_prefill"},
    {"end with a user role", NULL, REPAIR_MODEL, "no_prefill"},
    {"Developer instruction is not enabled", NULL, REPAIR_MODEL, "no_system"},
    {"Function calling with a response mime type", NULL, REPAIR_MODEL,
	"no_json_with_tools"},
    {"JSON mode is not enabled", NULL, REPAIR_MODEL, "no_json"},
    {"response mime type", NULL, REPAIR_MODEL, "no_json"},
    {"Thinking level MINIMAL is not supported", NULL, REPAIR_MODEL,
	"no_minimal"},
    {"Thinking level", "is not supported", REPAIR_MODEL, "no_levels"},
    {"only works in thinking mode", NULL, REPAIR_MODEL, "always_thinks"},
    {"Budget 0 is invalid", NULL, REPAIR_MODEL, "always_thinks"},
    {"thinking is not supported", NULL, REPAIR_MODEL, "no_thinking"},
    {"does not support thinking", NULL, REPAIR_MODEL, "no_thinking"},
    {"missing a thought_signature", NULL, REPAIR_CONVERSATION, NULL},
    {"Corrupted thought signature", NULL, REPAIR_CONVERSATION, NULL},
    {"Thought signature is not valid", NULL, REPAIR_CONVERSATION, NULL},
    {"too many states for serving", NULL, REPAIR_REQUEST, "schema_too_large"},
    {"Tool use with function calling is unsupported", NULL, REPAIR_MODEL,
	"no_mixed_tools"},
    {"Unknown name \"parametersJsonSchema\"", NULL, REPAIR_MODEL,
	"no_json_schema"},
    {"Unknown name \"responseJsonSchema\"", NULL, REPAIR_MODEL,
	"no_json_schema"},
};

/* Fields that this gateway puts into requests by itself, so that it may
 * leave them out again where a model or an endpoint does not know them. */
static const char *const own_fields[] = {"id",
    "includeServerSideToolInvocations", "includeThoughts", "thinkingConfig",
    "thinkingLevel", "thinkingBudget", "thoughtSignature", "mediaResolution",
    "responseLogprobs", "logprobs", "seed", "imageConfig", "serviceTier",
    "googleSearch", "urlContext", "codeExecution", "candidateCount",
    "responseModalities"};

/* Unknown name "x" at 'generation_config': Cannot find field. */
static bool
find_unknown_field(const char *message, struct buf *quirk)
{
	static const char mark[] = "Unknown name \"";
	const char *name = strstr(message, mark);
	if (name == NULL)
		return false;
	name += sizeof(mark) - 1;
	for (size_t i = 0; i < COUNT_OF(own_fields); i++) {
		size_t len = strlen(own_fields[i]);
		if (strncmp(name, own_fields[i], len) == 0 &&
		    name[len] == '"') {
			buf_fmt(quirk, QUIRK_DROP "%s", own_fields[i]);
			return true;
		}
	}
	return false;
}

enum repair_scope
repair_find(const char *message, struct buf *quirk)
{
	for (size_t i = 0; i < COUNT_OF(repairs); i++) {
		const struct repair *r = &repairs[i];
		if (!text_contains(message, r->words) ||
		    (r->more != NULL && !text_contains(message, r->more)))
			continue;
		if (r->quirk != NULL)
			buf_str(quirk, r->quirk);
		return r->scope;
	}
	return find_unknown_field(message, quirk) ? REPAIR_MODEL : REPAIR_NONE;
}
