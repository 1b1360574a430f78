/* gateway/relay: what becomes of keys, and what the pool answers. */
#include "gateway/relay.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/text.h"
#include "scripted_ports.h"
#include "unit.h"

#define TEST_OF(table)                                      \
	static void test_##table(void)                      \
	{                                                   \
		scripted_check_all(table, COUNT_OF(table)); \
	}

/* A verdict as keywheel.apply_verdict takes it. */
#define RESTS(key, name, words, scope, ms, cap, all, far, more)           \
	"{\"key\":" #key ",\"name\":\"" name "\",\"evidence\":\"" words   \
	"\",\"rest\":\"" scope "\",\"rest_ms\":" #ms ",\"cap_ms\":" #cap  \
	",\"all_models\":" #all ",\"long\":" #far ",\"disable_after\":0," \
	"\"disable_project\":false" more "}"
#define FAULTY(key, name, words, after, project)                        \
	"{\"key\":" #key ",\"name\":\"" name "\",\"evidence\":\"" words \
	"\",\"disable_after\":" #after ",\"disable_project\":" #project "}"
#define RATE(key)                                                           \
	RESTS(key, "rate_minute", "Slow down.", "project", 30000, 0, false, \
	    false, ",\"limits\":{\"rpm\":10}")
/* What blames nobody, but may be a sign of more. */
#define SIGN(key, name, words, more)                                    \
	"{\"key\":" #key ",\"name\":\"" name "\",\"evidence\":\"" words \
	"\",\"disable_after\":0,\"disable_project\":false" more         \
	",\"sign\":\"storm\"}"
#define STUMBLE(key)                                                      \
	"{\"key\":" #key ",\"name\":\"internal\",\"evidence\":\"Oops.\"," \
	"\"disable_after\":0,\"disable_project\":false,\"stumble\":true}"
#define BUSY(key) SIGN(key, "overloaded", "The model is overloaded.", "")

#define WORDS(key)                                                  \
	"{\"key\":" #key ",\"name\":\"prompt_limit\",\"evidence\":" \
	"\"Quota.\",\"disable_after\":0,\"disable_project\":false," \
	"\"limits\":{\"tpm\":250000}}"

/* Each blame goes to retry() or to end(), never to both. */
static const struct scene blames[] = {
    {"to retry()", "1 2", "err:rate / 200 =ab$", NULL, NULL, "r:" RATE(1)},
    {"to end()", "1", "err:rate", NULL, NULL, "e:" RATE(1), .max_retries = -1},
    {"one to each", "1 2", "err:rate / err:rate", NULL, NULL,
	"r:" RATE(1) " e:" RATE(2), .max_retries = 1},
    {"not again when no key was left", "1 R9000", "err:rate", NULL, NULL,
	"r:" RATE(1)},
    {"after content: to end()", "1", "200 =ab!rate", NULL, NULL, "e:" RATE(1)},
    {"blameless failures have none", "1 2", "none / err:html", NULL, NULL, ""},
    {"what may be a sign of more is told", "1 2 3",
	"err:int / err:over / 200 =ab$", NULL, NULL,
	"r:" STUMBLE(1) " r:" BUSY(2)},
    {"… of the model", "1 2", "err:model / 200 =ab$", NULL, NULL,
	"r:" RESTS(1, "model_unknown",
	    "models/x is not found for API version v1", "project", 600000, 0,
	    false, false, ",\"sign\":\"model\"")},
    {"… of our address", "1 2", "err:place / 200 =ab$", NULL, NULL,
	"r:" RESTS(1, "location", "User location is not supported.", "project",
	    3600000, 0, true, false, ",\"sign\":\"location\"")},
    {"a project that was not known", "1 2", "err:off / 200 =ab$", NULL, NULL,
	"r:{\"key\":1,\"name\":\"not_enabled\",\"evidence\":\"Not allowed.\","
	"\"disable_after\":1,\"disable_project\":false,"
	"\"project\":\"4711\"}"},
    {"all limits that are named, and of which model", "1 2",
	"err:both / 200 =ab$", NULL, NULL,
	"r:" RESTS(1, "rate_day", "Quota.", "project", 43380000, 0, false, true,
	    ",\"limits\":{\"rpm\":10,\"rpd\":250},\"model\":\"gemini-x\"")},
    {"a prompt over the limit blames nobody, and teaches", "1 2",
	"err:words / err:words",
	"send1 retry(1) send2 refuse(prompt_limit) end",
	"limited 429 key=2 attempts=2 first=-1", "r:" WORDS(1) " e:" WORDS(2),
	.prompt_tokens = 250001},
    {"… but one within it rests the key", "1 2", "err:words / 200 =ab$", NULL,
	NULL,
	"r:" RESTS(1, "rate_tokens", "Quota.", "project", 60000, 0, false,
	    false, ",\"limits\":{\"tpm\":250000}"),
	.prompt_tokens = 250000},
    {"a request's fault has none", "1", "err:bad", NULL, NULL, ""},
    {"a client that left blames nobody", "1", "gone", NULL, NULL, ""},
    {"… not in an error's text either", "1", "429 gone ={ +100", NULL,
	"client_gone 499 key=1 attempts=1 first=-1", ""},
    {"until midnight Pacific, and three minutes", "1", "err:day", NULL,
	"limited 429 key=1 attempts=1 first=-1",
	"e:" RESTS(1, "rate_day", "Tomorrow.", "project", 43380000, 0, false,
	    true, ",\"limits\":{\"rpd\":50}"),
	.max_retries = -1},
    {"with a cap", "1 2", "err:odd / 200 =ab$", NULL, NULL,
	"r:" RESTS(1, "rate_unknown", "Exhausted.", "project", 10000, 300000,
	    false, false, ",\"sign\":\"storm\"")},
    {"all models", "1 2", "err:paid / 200 =ab$", NULL, NULL,
	"r:" RESTS(1, "no_balance", "No balance.", "project", 3600000, 86400000,
	    true, true, "")},
    {"disabled at once", "1 2", "err:key / 200 =ab$", NULL, NULL,
	"r:" FAULTY(
	    1, "invalid_key", "API key not valid. [redacted]", 1, false)},
    {"disabled after two", "1 2", "err:auth / 200 =ab$", NULL, NULL,
	"r:" FAULTY(1, "unauthenticated", "Who are you?", 2, false)},
    {"… but MAX_FAILURES is less", "1 2", "err:auth / 200 =ab$", NULL, NULL,
	"r:" FAULTY(1, "unauthenticated", "Who are you?", 1, false),
	.max_failures = 1},
    {"with all the project", "1 2", "err:dead / 200 =ab$", NULL, NULL,
	"r:" FAULTY(1, "project_suspended", "Not allowed.", 1, true)},
    {"rest and fault together", "1 2", "err:deny / 200 =ab$", NULL, NULL,
	"r:{\"key\":1,\"name\":\"forbidden\",\"evidence\":\"No.\","
	"\"rest\":\"key\",\"rest_ms\":600000,\"cap_ms\":0,"
	"\"all_models\":false,\"long\":false,\"disable_after\":7,"
	"\"disable_project\":false}",
	.max_failures = 7},
};
TEST_OF(blames)

static const struct scene clears[] = {
    {"a success clears faults", "1f2", "200 =ab$", NULL, NULL,
	"e:{\"key\":1,\"clear\":true}"},
    {"… of the key that answered", "1f2 2f1", "none / 200 =ab$", NULL, NULL,
	"e:{\"key\":2,\"clear\":true}"},
    {"nothing to clear", "1f2 2", "none / 200 =ab$", NULL, NULL, ""},
    {"a blocked prompt is a success of the key's", "1f2", "200 =_B", NULL, NULL,
	"e:{\"key\":1,\"clear\":true}"},
    {"a failure clears nothing", "1f2", "err:bad", NULL, NULL, ""},
    {"nor does a client that left", "1f2", "200 =ab gone", NULL, NULL, ""},
};
TEST_OF(clears)

/* No key at the start. */
static const struct scene no_lease[] = {
    {"unauthorized", "U", NULL, "refuse(credential) end",
	"unauthorized 401 key=0 attempts=0 first=-1", "",
	"The API key is not valid. Pass a token of this gateway."},
    {"none", "N", NULL, "refuse(no_key) end",
	"no_key 503 key=0 attempts=0 first=-1", "",
	"The gateway has no usable Gemini key."},
    {"none for the model", "N0:not_offered", NULL, "refuse(model) end",
	"client_error 404 key=0 attempts=0 first=-1", "",
	"None of the gateway's Gemini keys may serve this model."},
    {"resting", "R4200", NULL, "refuse(resting after=5 ms=4200) end",
	"limited 429 key=0 attempts=0 first=-1", "",
	"All Gemini keys are at their limit for this model. Please retry in "
	"5 s."},
    {"resting for longer than Retry-After tells", "R3600000", NULL,
	"refuse(resting after=59 ms=3600000) end",
	"limited 429 key=0 attempts=0 first=-1", "",
	"All Gemini keys are at their limit for this model. Please retry in "
	"3600 s."},
    {"resting for an instant", "R0", NULL, "refuse(resting after=1) end"},
    {"a long rest", "RL40000000", NULL, "refuse(quota ms=40000000) end",
	"limited 429 key=0 attempts=0 first=-1", "",
	"All Gemini keys have used up their quota for this model; the first "
	"one returns in 40000 s."},
    {"a rest that no int holds", "RL5000000000", NULL,
	"refuse(quota ms=2147483647) end"},
    {"Vertex: none", "N", NULL, "refuse(no_key) end", NULL, NULL,
	"The gateway has no usable Vertex key. Whoever runs it adds one with: "
	"keywheel keys add --pool vertex",
	.pool = "vertex"},
    {"paid: none for the model", "N0:not_offered", NULL, "refuse(model) end",
	NULL, NULL,
	"None of the gateway's paid Gemini keys may serve this model.",
	.pool = "paid"},
    {"Vertex: resting", "R4200", NULL, "refuse(resting after=5 ms=4200) end",
	NULL, NULL,
	"All Vertex keys are at their limit for this model. Please retry in "
	"5 s.",
	.pool = "vertex"},
    {"paid: a long rest", "RL40000000", NULL, "refuse(quota ms=40000000) end",
	NULL, NULL,
	"All paid Gemini keys have used up their quota for this model; the "
	"first one returns in 40000 s.",
	.pool = "paid"},
    {"Gemini by name: resting", "R4200", NULL,
	"refuse(resting after=5 ms=4200) end", NULL, NULL,
	"All Gemini keys are at their limit for this model. Please retry in "
	"5 s.",
	.pool = "gemini"},
    {"unreadable", "X", NULL, "refuse(internal) end",
	"internal_error 500 key=0 attempts=0 first=-1", "",
	"A stored key cannot be opened with the master key."},
    {"no database", "D", NULL, "refuse(database) end",
	"internal_error 503 key=0 attempts=0 first=-1", "",
	"The gateway's database cannot be reached."},
};
TEST_OF(no_lease)

/* What all keys rest for, as clients are told it. */
static const struct scene whys[] = {
    {"nobody knows the model", "R500000:model_unknown", NULL,
	"refuse(model) end", "client_error 404 key=0 attempts=0 first=-1", "",
	"Google does not know the model."},
    {"nobody is offered the model", "RL500000:not_offered", NULL,
	"refuse(quota) end", "limited 429 key=0 attempts=0 first=-1", "",
	"The model is not offered to the gateway's Gemini keys: their limit "
	"for it is 0."},
    {"a storm", "R4200:storm", NULL, "refuse(overloaded after=5 ms=4200) end",
	"upstream_error 503 key=0 attempts=0 first=-1", "",
	"Google refuses all keys for this model at the moment. Please retry in "
	"5 s."},
    {"an overload", "R20000:overloaded", NULL,
	"refuse(overloaded after=20 ms=20000) end",
	"upstream_error 503 key=0 attempts=0 first=-1", "",
	"The model is overloaded. Please retry in 20 s."},
    {"our address", "R60000:location", NULL, "refuse(no_key) end",
	"no_key 503 key=0 attempts=0 first=-1", "",
	"Google does not serve the gateway's address."},
    {"tokens of the minute", "R30000:rate_tokens", NULL,
	"refuse(tokens after=30 ms=30000) end",
	"limited 429 key=0 attempts=0 first=-1", "",
	"All Vertex keys have used up the input tokens of this minute for this "
	"model. Please retry in 30 s.",
	.pool = "vertex"},
    {"a prompt for which no limit is enough", "R0:limit_tokens", NULL,
	"refuse(prompt_limit) end", "limited 429 key=0 attempts=0 first=-1", "",
	"The prompt has more tokens than any Gemini key may take in a minute."},
    {"anything else", "R4200:limit_minute", NULL,
	"refuse(resting after=5 ms=4200) end",
	"limited 429 key=0 attempts=0 first=-1", "",
	"All Gemini keys are at their limit for this model. Please retry in "
	"5 s."},
    {"after an attempt, too", "1 T3000:storm", "err:odd",
	"send1 retry(1) refuse(overloaded after=3 ms=3000) end",
	"upstream_error 503 key=1 attempts=1 first=-1"},
    {"the model is told before the rests of others", "1 T9000", "err:model",
	"send1 retry(1) refuse(model google) end",
	"client_error 404 key=1 attempts=1 first=-1"},
};
TEST_OF(whys)

/* No more tries: what the pool has left is told, not the last key's rest. */
static const struct scene last_tries[] = {
    {"its day is over, others are free", "1", "err:day",
	"send1 ask refuse(resting after=1 ms=1000) end",
	"limited 429 key=1 attempts=1 first=-1",
	"w:" RESTS(1, "rate_day", "Tomorrow.", "project", 43380000, 0, false,
	    true, ",\"limits\":{\"rpd\":50}"),
	.max_retries = -1, .free = "0"},
    {"a dead key, others are free", "1", "err:key",
	"send1 ask refuse(resting after=1 ms=1000) end",
	"limited 429 key=1 attempts=1 first=-1", .max_retries = -1,
	.free = "0"},
    {"a dead key, and it was the last one", "1", "err:key",
	"send1 ask refuse(no_key) end", "no_key 503 key=1 attempts=1 first=-1",
	.max_retries = -1, .free = "N"},
    {"others return soon", "1", "err:day",
	"send1 ask refuse(resting after=5 ms=4500) end",
	"limited 429 key=1 attempts=1 first=-1", .max_retries = -1,
	.free = "4500:rate_minute"},
    {"nobody returns soon", "1", "err:rate",
	"send1 ask refuse(quota ms=7000000) end",
	"limited 429 key=1 attempts=1 first=-1", .max_retries = -1,
	.free = "L7000000:rate_day"},
    {"it was a storm", "1", "err:odd",
	"send1 ask refuse(overloaded after=5 ms=5000) end",
	"upstream_error 503 key=1 attempts=1 first=-1", .max_retries = -1,
	.free = "5000:storm"},
    {"what is not the key's needs no asking", "1", "err:over",
	"send1 refuse(overloaded after=5) end",
	"upstream_error 503 key=1 attempts=1 first=-1", "e:" BUSY(1),
	.max_retries = -1, .free = "0"},
    {"after content, in the stream", "1", "200 =ab!rate",
	"send1 commit write(ab) ask write(error:resting) finish end", NULL,
	"w:" RATE(1), .free = "0"},
};
TEST_OF(last_tries)

/* No other key after a failure: the pool's answer goes before the failure. */
static const struct scene no_other[] = {
    {"resting", "1 R4200", "err:rate",
	"send1 retry(1) refuse(resting after=5 ms=4200) end",
	"limited 429 key=1 attempts=1 first=-1"},
    {"tried, and the first one is back in", "1 T4200", "err:rate",
	"send1 retry(1) refuse(resting after=5 ms=4200) end",
	"limited 429 key=1 attempts=1 first=-1"},
    {"tried, a long rest", "1 TL40000000", "err:day",
	"send1 retry(1) refuse(quota ms=40000000) end",
	"limited 429 key=1 attempts=1 first=-1"},
    {"none is left", "1 N", "err:key", "send1 retry(1) refuse(no_key) end",
	"no_key 503 key=1 attempts=1 first=-1"},
    {"unreadable", "1 X", "err:rate", "send1 retry(1) refuse(internal) end",
	"internal_error 500 key=1 attempts=1 first=-1"},
    {"no database", "1 D", "err:rate", "send1 retry(1) refuse(database) end",
	"internal_error 503 key=1 attempts=1 first=-1"},
    {"no database after a cut", "1 D", "200 =_ cut",
	"send1 retry(1) refuse(database) end",
	"internal_error 503 key=1 attempts=1 first=-1"},
    {"resting after a cut", "1 R4200", "cut",
	"send1 retry(1) refuse(resting after=5 ms=4200) end",
	"limited 429 key=1 attempts=1 first=-1"},
    {"all were tried, and the last one has no quota", "1 2 T0",
	"err:int / err:rate",
	"send1 retry(1) send2 retry(1,2) refuse(resting after=1 ms=1000) end",
	"limited 429 key=2 attempts=2 first=-1"},
    {"all were tried, and the last one is not accepted", "1 T0", "err:auth",
	"send1 retry(1) refuse(no_key) end",
	"no_key 503 key=1 attempts=1 first=-1"},
    {"no retry is allowed: the rest of that key", "1", "err:hour",
	"send1 refuse(resting after=59 ms=3600000) end", .max_retries = -1},
    {"… until midnight", "1", "err:day", "send1 refuse(quota ms=43380000) end",
	.max_retries = -1},
};
TEST_OF(no_other)

/* One key and a failure that is not its fault: it may serve again. */
static const struct scene single[] = {
    {"a blameless failure", "1 T0 1", "err:int / 200 =ab$",
	"send1 retry(1) retry() send1 commit write(ab) write(.) finish end",
	"complete 200 key=1 attempts=2 first=0", "r:" STUMBLE(1)},
    {"an overloaded model", "1 T0 1 T0 1", "err:over / err:over / 200 =ab$",
	"send1 pause1000 retry(1) retry() send1 pause3000 retry(1,1) retry() "
	"send1 commit write(ab) write(.) finish end",
	"complete 200 key=1 attempts=3 first=4000", "r:" BUSY(1) " r:" BUSY(1),
	.heartbeat_ms = 99999},
    {"no other, and that one rests by now", "1 T0 R4000", "err:int",
	"send1 retry(1) retry() refuse(resting after=4 ms=4000) end",
	"limited 429 key=1 attempts=1 first=-1", "r:" STUMBLE(1)},
    {"a key that was at fault may not", "1 T0", "err:auth",
	"send1 retry(1) refuse(no_key) end"},
    {"nor where another is back soon", "1 T4000", "err:int",
	"send1 retry(1) refuse(resting after=4 ms=4000) end",
	"limited 429 key=1 attempts=1 first=-1", "r:" STUMBLE(1)},
};
TEST_OF(single)

/* Evidence is cut to a size that rows can hold, and stays UTF-8: the
 * database would refuse the row else. */
static void
test_evidence(void)
{
	static const char two[] = "\xc3\xa9", three[] = "\xe2\x82\xac";
	static const char *const letters[] = {"x", two, three};
	for (size_t i = 0; i < COUNT_OF(letters); i++) {
		struct buf script;
		buf_init(&script, BUF_SMALL);
		buf_str(&script,
		    "400 ={\"error\":{\"code\":400,\"message\":"
		    "\"a");
		for (int k = 0; k < 300; k++)
			buf_str(&script, letters[i]);
		buf_str(&script, "\"}}");
		const struct scene scene = {letters[i], "1", buf_cstr(&script)};
		struct scripted record;
		scripted_play(&scene, &record);
		size_t len = strlen(record.detail);
		UNIT_ROW(len >= 300 && len <= 400, letters[i]);
		UNIT_ROW(text_is_utf8(record.detail, len), letters[i]);
		scripted_clear(&record);
		buf_clear(&script);
	}
}

static CU_TestInfo tests[] = {
    {"blames go to retry() or end()", test_blames},
    {"a success clears faults", test_clears},
    {"no key at the start", test_no_lease},
    {"what all keys rest for", test_whys},
    {"no more tries", test_last_tries},
    {"no other key", test_no_other},
    {"a single key", test_single},
    {"evidence", test_evidence},
    CU_TEST_INFO_NULL,
};

struct unit_suite relay_keys_suite = {"gateway/relay, keys", tests};
