/* protocol/chat_offer: conversations that the settings' tools would harm. */
#include "protocol/chat_offer.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/chat_builtin.h"
#include "protocol/chat_fields.h"
#include "unit.h"

#define TEXT "{\"text\":\"hi\"}"
#define CONTENTS(parts)                                            \
	"{\"contents\":[{\"role\":\"user\",\"parts\":[" TEXT "]}," \
	"{\"role\":\"model\",\"parts\":[" TEXT "," parts "]}]}"

static void
test_conversations(void)
{
	static const struct {
		const char *name, *functions, *gemini;
		bool url, code;
	} rows[] = {
	    {"text", "[]", CONTENTS(TEXT), true, true},
	    {"functions", "[{\"name\":\"f\"}]", CONTENTS(TEXT), false, false},
	    {"a call in the history", "[]",
		CONTENTS("{\"functionCall\":{\"name\":\"f\"}}"), false, false},
	    {"a picture", "[]", CONTENTS("{\"inlineData\":{\"data\":\"AA\"}}"),
		true, false},
	    {"a file", "[]", CONTENTS("{\"fileData\":{\"fileUri\":\"x\"}}"),
		true, false},
	};
	struct json_object *models = json_object_new_array();
	json_object_array_add(models, json_object_new_string("m"));
	char model[] = "m";
	const struct chat_policy policy = {.code_execution = true,
	    .url_context = true,
	    .url_context_models = models};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct chat_request req = {
		    .model = model, .traits = model_traits("m")};
		req.gemini =
		    json_parse(rows[i].gemini, strlen(rows[i].gemini), NULL);
		struct chat_build b = {.req = &req, .policy = &policy};
		b.tools.functions = json_parse(
		    rows[i].functions, strlen(rows[i].functions), NULL);
		chat_offer_tools(&b);
		UNIT_ROW(
		    chat_builtin_has(&b, BUILTIN_URL_CONTEXT) == rows[i].url,
		    rows[i].name);
		UNIT_ROW(chat_builtin_has(&b, BUILTIN_CODE) == rows[i].code,
		    rows[i].name);
		chat_tools_clear(&b.tools);
		json_object_put(req.gemini);
	}
	json_object_put(models);
}

static CU_TestInfo tests[] = {
    {"conversations", test_conversations},
    CU_TEST_INFO_NULL,
};

struct unit_suite chat_offer_suite = {"protocol/chat_offer", tests};
