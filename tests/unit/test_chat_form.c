/* protocol/chat_request: what the answer is told of its form, by the
 * settings, the model's name and the client. */
#include "protocol/chat_request.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "unit.h"

#define BODY(model, fields)         \
	"{\"model\":\"" model "\"," \
	"\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" fields "}"
#define GOOGLE(config) ",\"google\":{\"thinking_config\":{" config "}}"
#define JSON_WANTED ",\"response_format\":{\"type\":\"json_object\"}"
#define WEB ",\"web_search_options\":{}"

/* L(inks) I(mages) T(ags) h(idden) f(ake stream). */
static void
letters_of(const struct chat_request *req, char letters[6])
{
	const bool has[5] = {req->search_links, req->markdown_images,
	    req->thoughts_as_tags, req->hide_thoughts, req->fake_stream};
	for (size_t i = 0; i < COUNT_OF(has); i++)
		letters[i] = has[i] ? "LIThf"[i] : '-';
	letters[5] = '\0';
}

static const struct {
	const char *name, *body;
	const char *plain;   /* with every setting off */
	const char *with_it; /* with every setting on */
} rows[] = {
    {"nothing", BODY("m", ""), "---h-", "-IT--"},
    {"search by name", BODY("m-search", ""), "---h-", "LIT--"},
    {"not of this model", BODY("n-search", ""), "---h-", "-IT--"},
    {"search by field", BODY("m", WEB), "---h-", "LIT--"},
    {"search and JSON", BODY("m-search", JSON_WANTED), "---h-", "-----"},
    {"fake stream", BODY("m-fake-stream", ""), "---hf", "-IT-f"},
    {"both", BODY("m-fake-stream-search", ""), "---hf", "LIT-f"},
    {"search as a tool", BODY("m", ",\"tools\":[{\"googleSearch\":{}}]"),
	"---h-", "LIT--"},
    {"thoughts asked for", BODY("m", GOOGLE("\"include_thoughts\":true")),
	"-----", "-IT--"},
    {"thoughts not wanted", BODY("m", GOOGLE("\"includeThoughts\":false")),
	"---h-", "-ITh-"},
    {"excluded", BODY("m", ",\"reasoning\":{\"exclude\":true}"), "---h-",
	"-ITh-"},
    {"not excluded", BODY("m", ",\"reasoning\":{\"exclude\":false}"), "---h-",
	"-IT--"},
};

static void
test_form(void)
{
	struct json_object *models = json_object_new_array();
	json_object_array_add(models, json_object_new_string("m"));
	const struct chat_policy policies[] = {
	    {.search_models = models},
	    {.search_models = models,
		.show_thoughts = true,
		.thoughts_as_tags = true,
		.search_links = true,
		.markdown_images = true},
	};
	for (size_t i = 0; i < 2 * COUNT_OF(rows); i++) {
		const char *name = rows[i / 2].name;
		const char *text = rows[i / 2].body;
		const char *expect =
		    i % 2 == 1 ? rows[i / 2].with_it : rows[i / 2].plain;
		struct api_error error = {0};
		struct chat_request req;
		char letters[6];
		struct json_object *body =
		    chat_body_parse(text, strlen(text), &error);
		UNIT_ROW(
		    chat_request_read(&req, body, &policies[i % 2], &error),
		    name);
		letters_of(&req, letters);
		UNIT_ROW(unit_same(letters, expect), name);
		chat_request_clear(&req);
		json_object_put(body);
		api_error_clear(&error);
	}
	json_object_put(models);
}

static CU_TestInfo tests[] = {
    {"the form of the answer", test_form},
    CU_TEST_INFO_NULL,
};

struct unit_suite chat_form_suite = {"protocol/chat_form", tests};
