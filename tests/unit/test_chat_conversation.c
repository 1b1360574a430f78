/* protocol/chat_conversation: by what a conversation is known again. */
#include "protocol/chat_conversation.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "unit.h"

/* The key of Gemini's contents for that model; true if there is one. */
static bool
key_of(const char *model, const char *gemini, struct buf *key)
{
	struct chat_request req = {
	    .pool_model = (char *)(uintptr_t)model,
	    .gemini = json_parse(gemini, strlen(gemini), NULL),
	};
	CU_ASSERT_PTR_NOT_NULL_FATAL(req.gemini);
	bool ok = chat_conversation_key(&req, key);
	json_object_put(req.gemini);
	return ok;
}

#define USER(parts) "{\"role\":\"user\",\"parts\":[" parts "]}"
#define MODEL(parts) "{\"role\":\"model\",\"parts\":[" parts "]}"
#define TEXT(t) "{\"text\":\"" t "\"}"
#define DATA(d) "{\"inlineData\":{\"mimeType\":\"a/b\",\"data\":\"" d "\"}}"
#define SYSTEM(t) "\"systemInstruction\":{\"parts\":[" TEXT(t) "]},"
#define BODY(system, turns) "{" system "\"contents\":[" turns "]}"

#define FIRST BODY(SYSTEM("s"), USER(TEXT("a")) "," MODEL(TEXT("b")))

static void
test_same(void)
{
	static const struct {
		const char *name, *model, *body;
		bool same;
	} rows[] = {
	    {"the same", "m", FIRST, true},
	    {"a turn later", "m",
		BODY(SYSTEM("s"),
		    USER(TEXT("a")) "," MODEL(TEXT("b")) "," USER(
			TEXT("c")) "," MODEL(TEXT("d"))),
		true},
	    {"another answer", "m",
		BODY(SYSTEM("s"), USER(TEXT("a")) "," MODEL(TEXT("x"))), true},
	    {"another model", "n", FIRST, false},
	    {"another instruction", "m",
		BODY(SYSTEM("t"), USER(TEXT("a")) "," MODEL(TEXT("b"))), false},
	    {"no instruction", "m",
		BODY("", USER(TEXT("a")) "," MODEL(TEXT("b"))), false},
	    {"another question", "m",
		BODY(SYSTEM("s"), USER(TEXT("x")) "," MODEL(TEXT("b"))), false},
	    {"a question in two parts", "m",
		BODY(SYSTEM("s"),
		    USER(TEXT("a") "," TEXT("")) "," MODEL(TEXT("b"))),
		false},
	    {"a picture too", "m",
		BODY(SYSTEM("s"),
		    USER(TEXT("a") "," DATA("QQ==")) "," MODEL(TEXT("b"))),
		false},
	};
	struct buf first;
	buf_init(&first, BUF_SMALL);
	CU_ASSERT_TRUE_FATAL(key_of("m", FIRST, &first));
	CU_ASSERT(first.len > 0);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf key;
		buf_init(&key, BUF_SMALL);
		UNIT_ROW(
		    key_of(rows[i].model, rows[i].body, &key), rows[i].name);
		UNIT_ROW(
		    unit_same(buf_cstr(&key), buf_cstr(&first)) == rows[i].same,
		    rows[i].name);
		buf_clear(&key);
	}
	buf_clear(&first);
}

static void
test_none(void)
{
	static const char *const rows[] = {
	    BODY(SYSTEM("s"), USER(TEXT("a"))),
	    BODY("", ""),
	    "{}",
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf key;
		buf_init(&key, BUF_SMALL);
		UNIT_ROW(!key_of("m", rows[i], &key), rows[i]);
		UNIT_ROW(key.len == 0, rows[i]);
		buf_clear(&key);
	}
}

/* A film is not copied whole, and its size counts. */
static void
test_data(void)
{
	struct buf body, key;
	buf_init(&body, BUF_LARGE);
	buf_init(&key, BUF_SMALL);
	buf_str(&body,
	    "{\"contents\":[{\"role\":\"user\",\"parts\":["
	    "{\"inlineData\":{\"data\":\"");
	for (int i = 0; i < 100000; i++)
		buf_str(&body, "abcd");
	buf_str(&body, "\"}}]}," MODEL(TEXT("b")) "]}");
	CU_ASSERT_TRUE(key_of("m", buf_cstr(&body), &key));
	CU_ASSERT(key.len < 5000);
	CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&key), "400000:"));
	buf_clear(&body);
	buf_clear(&key);
}

static CU_TestInfo tests[] = {
    {"the same and others", test_same},
    {"not yet one", test_none},
    {"large data", test_data},
    CU_TEST_INFO_NULL,
};

struct unit_suite chat_conversation_suite = {
    "protocol/chat_conversation", tests};
