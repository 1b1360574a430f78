/* protocol/repair, model_quirk, chat_drop: refusals that can be mended. */
#include "protocol/repair.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/chat_drop.h"
#include "protocol/model_quirk.h"
#include "unit.h"

extern struct unit_suite repair_suite;

static struct json_object *
parse(const char *text)
{
	return json_parse(text, strlen(text), NULL);
}

/* Google's words, as they were reported. */
static void
test_find(void)
{
	static const struct {
		const char *message;
		enum repair_scope scope;
		const char *quirk;
	} rows[] = {
	    {"Penalty is not enabled for this model", REPAIR_MODEL,
		"no_penalties"},
	    {"Penalty is not enabled for models/gemini-2.5-flash.",
		REPAIR_MODEL, "no_penalties"},
	    {"Logprobs is not enabled for models/gemini-2.5-pro.", REPAIR_MODEL,
		"no_logprobs"},
	    {"Multiple candidates is not enabled for this model", REPAIR_MODEL,
		"one_candidate"},
	    {"Requests ending with a model turn are not supported.",
		REPAIR_MODEL, "no_prefill"},
	    {"Please ensure that single turn requests end with a user role",
		REPAIR_MODEL, "no_prefill"},
	    {"Developer instruction is not enabled for models/gemma-3-27b-it",
		REPAIR_MODEL, "no_system"},
	    {"JSON mode is not enabled for models/gemma-3-27b-it", REPAIR_MODEL,
		"no_json"},
	    {"Function calling with a response mime type: 'application/json' "
	     "is unsupported",
		REPAIR_MODEL, "no_json_with_tools"},
	    {"The response mime type application/json is not supported",
		REPAIR_MODEL, "no_json"},
	    {"Thinking level MINIMAL is not supported for this model.",
		REPAIR_MODEL, "no_minimal"},
	    {"Thinking level MEDIUM is not supported for this model.",
		REPAIR_MODEL, "no_levels"},
	    {"Budget 0 is invalid. This model only works in thinking mode.",
		REPAIR_MODEL, "always_thinks"},
	    {"Unable to submit request because thinking is not supported by "
	     "this model",
		REPAIR_MODEL, "no_thinking"},
	    {"Function call is missing a thought_signature in functionCall "
	     "parts.",
		REPAIR_CONVERSATION, ""},
	    {"Corrupted thought signature.", REPAIR_CONVERSATION, ""},
	    {"Thought signature is not valid", REPAIR_CONVERSATION, ""},
	    {"The specified schema produces a constraint that has too many "
	     "states for serving.",
		REPAIR_REQUEST, "schema_too_large"},
	    {"Tool use with function calling is unsupported", REPAIR_MODEL,
		"no_mixed_tools"},
	    {"Invalid JSON payload received. Unknown name "
	     "\"responseJsonSchema\" at 'generation_config': Cannot find "
	     "field.",
		REPAIR_MODEL, "no_json_schema"},
	    {"Invalid JSON payload received. Unknown name "
	     "\"includeServerSideToolInvocations\" at 'tool_config': Cannot "
	     "find field.",
		REPAIR_MODEL, "drop:includeServerSideToolInvocations"},
	    {"Unknown name \"id\" at 'contents[1].parts[0].function_call'",
		REPAIR_MODEL, "drop:id"},
	    {"Unknown name \"idea\" at 'x': Cannot find field.", REPAIR_NONE,
		""},
	    {"Unknown name \"contents\": Cannot find field.", REPAIR_NONE, ""},
	    {"Unknown name \"", REPAIR_NONE, ""},
	    {"Request contains an invalid argument.", REPAIR_NONE, ""},
	    {"", REPAIR_NONE, ""},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf quirk;
		buf_init(&quirk, BUF_SMALL);
		UNIT_ROW(repair_find(rows[i].message, &quirk) == rows[i].scope,
		    rows[i].message);
		UNIT_ROW(unit_same(buf_cstr(&quirk), rows[i].quirk),
		    rows[i].message);
		buf_clear(&quirk);
	}
}

/* A quirk takes one trait away; a name of a later version says nothing. */
static void
test_apply(void)
{
	struct model_traits traits = model_traits("gemini-2.0-flash");
	struct json_object *none = parse("[\"no_wings\",7,\"drop:seed\"]");
	struct json_object *some = parse("[\"no_penalties\",\"no_prefill\"]");
	CU_ASSERT_TRUE(traits.penalties && traits.prefill && traits.logprobs);
	model_quirks_apply(&traits, NULL);
	model_quirks_apply(&traits, none);
	CU_ASSERT_TRUE(traits.penalties && traits.prefill && traits.logprobs);
	model_quirks_apply(&traits, some);
	CU_ASSERT_FALSE(traits.penalties || traits.prefill);
	CU_ASSERT_TRUE(traits.logprobs);
	json_object_put(none);
	json_object_put(some);
}

/* Ours go, the client's stay. */
static void
test_drop(void)
{
	static const struct {
		const char *name, *body, *left;
	} rows[] = {
	    {"seed", "{\"generationConfig\":{\"seed\":1,\"topK\":2}}",
		"{\"generationConfig\":{\"topK\":2}}"},
	    {"thinkingLevel",
		"{\"generationConfig\":{\"thinkingConfig\":"
		"{\"thinkingLevel\":\"LOW\"}}}",
		"{\"generationConfig\":{\"thinkingConfig\":{}}}"},
	    {"id",
		"{\"contents\":[{\"parts\":[{\"functionCall\":{\"id\":\"a\","
		"\"args\":{\"id\":1}}}]},{\"parts\":[{\"functionResponse\":"
		"{\"id\":\"a\",\"response\":{\"id\":2}}}]}]}",
		"{\"contents\":[{\"parts\":[{\"functionCall\":{\"args\":"
		"{\"id\":1}}}]},{\"parts\":[{\"functionResponse\":"
		"{\"response\":{\"id\":2}}}]}]}"},
	    {"googleSearch",
		"{\"tools\":[{\"googleSearch\":{}},{\"urlContext\":{}}]}",
		"{\"tools\":[{\"urlContext\":{}}]}"},
	    {"urlContext", "{\"tools\":[{\"urlContext\":{}}]}", "{}"},
	    {"seed", "{\"tools\":[{\"functionDeclarations\":[{\"seed\":1}]}]}",
		NULL},
	    {"seed", "{\"contents\":[{\"parts\":[{\"text\":\"seed\"}]}]}",
		NULL},
	    {"seed", "{\"contents\":7,\"tools\":{},\"generationConfig\":[]}",
		NULL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct json_object *o = parse(rows[i].body);
		const char *left = rows[i].left ? rows[i].left : rows[i].body;
		struct buf text;
		buf_init(&text, BUF_SMALL);
		UNIT_ROW(
		    chat_drop_field(o, rows[i].name) == (rows[i].left != NULL),
		    rows[i].body);
		json_write(&text, o);
		UNIT_ROW(unit_same(buf_cstr(&text), left), rows[i].body);
		buf_clear(&text);
		json_object_put(o);
	}
}

static CU_TestInfo tests[] = {
    {"Google's words and what they ask for", test_find},
    {"quirks take traits away", test_apply},
    {"fields of our own are dropped", test_drop},
    CU_TEST_INFO_NULL,
};

struct unit_suite repair_suite = {"repair", tests};
