/* Tests of the requests that the page of trials makes. */
#include "admin/try_body.h"

#include "admin/try_form.h"
#include "base/attr.h"
#include "base/json.h"
#include "unit.h"

static const struct try_row {
	const char *fields;
	const char *path, *query;
	const char *body; /* NULL: the form is refused */
} rows[] = {
    {"model=m&prompt=hi", "/v1/chat/completions", "",
	"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}"
	"],\"stream\":true,\"stream_options\":{\"include_usage\":true}}"},
    {"route=chat&model=m&system=s&prompt=a%0D%0Ab&temperature=0.50&"
     "max_tokens=7&effort=none",
	"/v1/chat/completions", "",
	"{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"}"
	",{\"role\":\"user\",\"content\":\"a\\nb\"}],\"temperature\":0.50,"
	"\"max_tokens\":7,\"reasoning_effort\":\"none\"}"},
    {"route=responses&model=m&system=s&prompt=hi&max_tokens=7&effort=low&"
     "stream=1",
	"/v1/responses", "",
	"{\"model\":\"m\",\"instructions\":\"s\",\"input\":\"hi\","
	"\"max_output_tokens\":7,\"reasoning\":{\"effort\":\"low\"},"
	"\"stream\":true}"},
    {"route=gemini&model=models/m%2F..?%23&system=s&prompt=hi&effort=low",
	"/v1beta/models/m%2F..%3F%23:generateContent", "",
	"{\"systemInstruction\":{\"parts\":[{\"text\":\"s\"}]},\"contents\":[{"
	"\"parts\":[{\"text\":\"hi\"}],\"role\":\"user\"}],"
	"\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":1024}}"
	"}"},
    {"route=gemini&model=m&prompt=hi&stream=1",
	"/v1beta/models/m:streamGenerateContent", "alt=sse",
	"{\"contents\":[{\"parts\":[{\"text\":\"hi\"}],\"role\":\"user\"}]}"},
    {"route=embeddings&model=m&prompt=hi&temperature=1", "/v1/embeddings", "",
	"{\"model\":\"m\",\"input\":\"hi\"}"},
    {"route=other&model=m&prompt=hi&stream=", "/v1/chat/completions", "",
	"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}"
	"]}"},
    {"prompt=hi", NULL, NULL, NULL},
    {"model=m", NULL, NULL, NULL},
    {"model=m&prompt=hi&temperature=warm", NULL, NULL, NULL},
    {"model=m&prompt=hi&temperature=%5B%5D", NULL, NULL, NULL},
    {"model=m&prompt=hi&max_tokens=0", NULL, NULL, NULL},
    {"model=m&prompt=hi&max_tokens=1.5", NULL, NULL, NULL},
    {"model=m&prompt=hi&effort=most", NULL, NULL, NULL},
    {"route=gemini&body=%7B%7D", NULL, NULL, NULL},
};

static void
check(const struct try_row *row, struct try_form *form)
{
	struct buf path, query, made, body;
	buf_init(&path, BUF_SMALL);
	buf_init(&query, BUF_SMALL);
	buf_init(&made, BUF_SMALL);
	buf_init(&body, BUF_SMALL);
	try_body_target(form, &path, &query);
	try_body_make(form, &made);
	struct json_object *o = json_parse(buf_cstr(&made), made.len, NULL);
	json_write(&body, o);
	UNIT_ROW(unit_same(buf_cstr(&path), row->path), row->fields);
	UNIT_ROW(unit_same(buf_cstr(&query), row->query), row->fields);
	UNIT_ROW(unit_same(buf_cstr(&body), row->body), row->fields);
	json_object_put(o);
	buf_clear(&path);
	buf_clear(&query);
	buf_clear(&made);
	buf_clear(&body);
}

static void
test_requests(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct try_form form;
		try_form_read(&form, rows[i].fields);
		bool good = try_form_check(&form);
		UNIT_ROW(good == (rows[i].body != NULL), rows[i].fields);
		if (good && rows[i].body != NULL)
			check(&rows[i], &form);
		try_form_clear(&form);
	}
}

/* What was written by hand needs no fields, but those of its address. */
static void
test_by_hand(void)
{
	struct try_form form;
	try_form_read(&form, "route=chat&body=%7B%7D&temperature=warm");
	CU_ASSERT(try_form_check(&form));
	CU_ASSERT_STRING_EQUAL(try_form_get(&form, "body"), "{}");
	try_form_clear(&form);
}

static CU_TestInfo tests[] = {
    {"the requests that forms make", test_requests},
    {"a body by hand", test_by_hand},
    CU_TEST_INFO_NULL,
};

struct unit_suite try_body_suite = {"try_body", tests};
