/* gateway/relay: answers, retries, errors and what the client sees of them. */
#include "gateway/relay.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "scripted_ports.h"
#include "unit.h"

#define TEST_OF(table)                                      \
	static void test_##table(void)                      \
	{                                                   \
		scripted_check_all(table, COUNT_OF(table)); \
	}

static const struct scene answers[] = {
    {"streamed", "1", "200 =ab =cd =$",
	"send1 commit write(ab) write(cd) write(.) finish end",
	"complete 200 key=1 attempts=1 first=0", "", ""},
    {"whole", "1", "200 =ab =cd =$", "send1 commit=4 write(abcd) finish end",
	"complete 200 key=1 attempts=1 first=0", "", "", .whole = true},
    {"nothing is sent before something is to be shown", "1", "200 =_ =__ =ab$",
	"send1 commit write(ab) write(.) finish end"},
    {"an answer without text", "1", "200 =_$",
	"send1 commit write(.) finish end",
	"complete 200 key=1 attempts=1 first=0"},
    {"a whole answer without text", "1", "200 =_$", "send1 commit=0 finish end",
	"complete 200 key=1 attempts=1 first=0", .whole = true},
    {"the limit was reached", "1", "200 =abL",
	"send1 commit write(ab) write(.) finish end",
	"length 200 key=1 attempts=1 first=0", "", ""},
    {"the prompt was blocked", "1", "200 =_B",
	"send1 commit write(.) finish end",
	"blocked 200 key=1 attempts=1 first=0", "", ""},
    {"the prompt was blocked, and that is an error", "1", "200 =_X",
	"send1 refuse(blocked) end", "blocked 400 key=1 attempts=1 first=-1",
	"", ""},
    {"… for a client that was kept waiting", "1", "200 =_ +3500 =X",
	"send1 commit beat write(error:blocked) finish end",
	"blocked 200 key=1 attempts=1 first=-1"},
    {"blocked after text", "1", "200 =abB",
	"send1 commit write(ab) write(.) finish end",
	"blocked 200 key=1 attempts=1 first=0"},
    {"complete, and then the connection broke", "1", "200 =ab$ cut",
	"send1 commit write(ab) write(.) finish end",
	"complete 200 key=1 attempts=1 first=0", "", ""},
    {"blocked, and then the connection broke", "1", "200 =_B cut",
	"send1 commit write(.) finish end",
	"blocked 200 key=1 attempts=1 first=0", "", ""},
    {"complete, and then the connection stays open", "1", "200 =ab$ +9000",
	"send1 commit write(ab) beat write(.) finish end",
	"complete 200 key=1 attempts=1 first=0", "", ""},
    {"an answer that goes on with the same key", "1",
	"200 =ab> / 200 =cd> / 200 =ef$",
	"send1 commit write(ab) send1 write(cd) send1 write(ef) write(.) "
	"finish end",
	"complete 200 key=1 attempts=1 first=0", "", ""},
    {"a whole one that goes on", "1", "200 =ab> / 200 =cd$",
	"send1 send1 commit=4 write(abcd) finish end",
	"complete 200 key=1 attempts=1 first=0", .whole = true},
};
TEST_OF(answers)

static const struct scene retries[] = {
    {"another key before the first byte", "1 2", "err:int / 200 =ab$",
	"send1 retry(1) send2 commit write(ab) write(.) finish end",
	"complete 200 key=2 attempts=2 first=0", NULL, ""},
    {"an error event instead of an answer", "1 2", "200 =!int / 200 =ab$",
	"send1 retry(1) send2 commit write(ab) write(.) finish end",
	"complete 200 key=2 attempts=2 first=0"},
    {"an error event after what was held back", "1 2",
	"200 =_ =__!int / 200 =ab$",
	"send1 retry(1) send2 commit write(ab) write(.) finish end"},
    {"the end of the first half is forgotten", "1 2", "200 =ab cut / 200 =cd$",
	"send1 retry(1) send2 commit=2 write(cd) finish end",
	"complete 200 key=2 attempts=2 first=0", .whole = true},
    {"garbage instead of an answer", "1 2", "200 =? / 200 =ab$",
	"send1 retry(1) send2 commit write(ab) write(.) finish end"},
    {"the line broke before anything came", "1 2", "cut / 200 =ab$",
	"send1 retry(1) send2 commit write(ab) write(.) finish end"},
    {"nobody could be reached", "1 2", "none / 200 =ab$",
	"send1 retry(1) send2 commit write(ab) write(.) finish end"},
    {"the proxy failed: the same key by another one", "1",
	"proxy / proxy / 200 =ab$",
	"send1 send1 send1 commit write(ab) write(.) finish end",
	"complete 200 key=1 attempts=3 first=0", "", ""},
    {"no proxy works: nobody is blamed", "1", "proxy / proxy / proxy / proxy",
	"send1 send1 send1 send1 refuse(upstream) end",
	"upstream_error 502 key=1 attempts=4 first=-1", "",
	"the proxy is away"},
    {"an empty answer: the same key again", "1", "200 =E / 200 =ab$",
	"send1 send1 commit write(ab) write(.) finish end",
	"complete 200 key=1 attempts=2 first=0"},
    {"a whole answer, the second time", "1 2", "err:over / 200 =ab$",
	"send1 pause1000 retry(1) send2 commit=2 write(ab) finish end",
	"complete 200 key=2 attempts=2 first=1000", .whole = true},
    {"a going-on that fails before anything was shown", "1 2",
	"200 =_> / err:int / 200 =ab$",
	"send1 send1 retry(1) send2 commit write(ab) write(.) finish end",
	"complete 200 key=2 attempts=2 first=0"},
};
TEST_OF(retries)

static const struct scene after_content[] = {
    {"an error event", "1", "200 =ab =!int",
	"send1 commit write(ab) write(error:upstream) finish end",
	"upstream_error 200 key=1 attempts=1 first=0", NULL, "Oops."},
    {"an error event in the same piece", "1", "200 =ab!rate",
	"send1 commit write(ab) write(error:resting) finish end",
	"limited 200 key=1 attempts=1 first=0"},
    {"garbage", "1", "200 =ab =?",
	"send1 commit write(ab) write(error:upstream) finish end",
	"truncated 200 key=1 attempts=1 first=0"},
    {"the line broke", "1", "200 =ab cut",
	"send1 commit write(ab) write(error:upstream) finish end",
	"truncated 200 key=1 attempts=1 first=0", "", "the line is dead"},
    {"the stream ended without an end", "1", "200 =ab done",
	"send1 commit write(ab) write(error:upstream) finish end",
	"truncated 200 key=1 attempts=1 first=0", "",
	"the connection broke in the middle of the answer"},
    {"the end was empty", "1", "200 =ab =E",
	"send1 commit write(ab) write(error:upstream) finish end",
	"truncated 200 key=1 attempts=1 first=0"},
    {"a form that cannot carry an error", "1", "200 =ab =!int",
	"send1 commit write(ab) break end",
	"upstream_error 200 key=1 attempts=1 first=0", .mute = true},
    {"a going-on that fails", "1", "200 =ab> / err:rate",
	"send1 commit write(ab) send1 write(error:resting) finish end",
	"limited 200 key=1 attempts=1 first=0"},
};
TEST_OF(after_content)

/* A cut answer never looks complete, whatever is left of it. */
static const struct scene truncated[] = {
    {"whole, and no other key", "1 T0 N", "200 =ab cut",
	"send1 retry(1) retry() refuse(no_key) end"},
    {"whole, cut twice", "1 2", "200 =ab cut / 200 =ab done",
	"send1 retry(1) send2 refuse(upstream) end",
	"truncated 502 key=2 attempts=2 first=-1", .whole = true},
    {"streamed, held back, cut twice", "1 2", "200 =_ cut / 200 =_ done",
	"send1 retry(1) send2 refuse(upstream) end",
	"truncated 502 key=2 attempts=2 first=-1"},
    {"nothing came, twice", "1 2", "200 cut / 200 done",
	"send1 retry(1) send2 refuse(upstream) end",
	"upstream_error 502 key=2 attempts=2 first=-1"},
};

static void
test_truncated(void)
{
	struct scene first = truncated[0];
	first.whole = true;
	scripted_check(&first);
	scripted_check_all(truncated + 1, COUNT_OF(truncated) - 1);
}

static const struct scene limits[] = {
    {"MAX_RETRIES 0", "1", "err:rate",
	"send1 refuse(resting after=30 "
	"ms=30000) end",
	"limited 429 key=1 attempts=1 first=-1", .max_retries = -1},
    {"MAX_RETRIES 0, the same key", "1", "200 =E", "send1 refuse(upstream) end",
	.max_retries = -1},
    {"MAX_RETRIES 1", "1 2", "err:rate / err:rate",
	"send1 retry(1) send2 refuse(resting after=30 ms=30000) end",
	"limited 429 key=2 attempts=2 first=-1", .max_retries = 1},
    {"MAX_RETRIES 3", "1 2 3 4", "err:rate / err:key / err:day / err:rate",
	"send1 retry(1) send2 retry(1,2) send3 retry(1,2,3) send4 "
	"refuse(resting after=30 ms=30000) end",
	"limited 429 key=4 attempts=4 first=-1", .max_retries = 3},
    {"a verdict that allows one: internal", "1 2", "err:int / err:int",
	"send1 retry(1) send2 refuse(upstream) end",
	"upstream_error 502 key=2 attempts=2 first=-1"},
    {"a verdict that allows two: empty", "1", "200 =E / 200 =E / 200 =E",
	"send1 send1 send1 refuse(upstream) end",
	"upstream_error 502 key=1 attempts=3 first=-1"},
    {"Gemini's word for it is the code", "1", "200 =E / 200 =E / 200 =E",
	"send1 send1 send1 refuse(upstream code=malformed_function_call) end",
	.reason = "MALFORMED_FUNCTION_CALL"},
    {"… not of an earlier attempt", "1 2", "200 =E / err:int / err:int",
	"send1 send1 retry(1) send2 refuse(upstream) end",
	.reason = "MALFORMED_FUNCTION_CALL"},
    {"a verdict that allows none: the request's fault", "1", "err:bad",
	"send1 refuse(argument google) end",
	"client_error 400 key=1 attempts=1 first=-1", "",
	"Field x is wrong, see projects/[redacted]."},
    {"each verdict has its own limit", "1 2 3 4",
	"err:int / none / cut / err:int",
	"send1 retry(1) send2 retry(1,2) send3 retry(1,2,3) send4 "
	"refuse(upstream) end"},
};
TEST_OF(limits)

static const struct scene refusals[] = {
    {"400", "1", "err:bad", "send1 refuse(argument google) end",
	"client_error 400 key=1 attempts=1 first=-1"},
    {"404, the model", "1 2", "err:model / err:model",
	"send1 retry(1) send2 refuse(model google) end",
	"client_error 404 key=2 attempts=2 first=-1"},
    {"404, a file", "1", "err:file", "send1 refuse(not_found google) end",
	"client_error 404 key=1 attempts=1 first=-1", .file_route = true},
    {"503", "1", "err:over", "send1 refuse(overloaded after=5) end",
	"upstream_error 503 key=1 attempts=1 first=-1", .max_retries = -1},
    {"500 without a word", "1 2", "err:mute / err:mute",
	"send1 retry(1) send2 refuse(upstream) end",
	"upstream_error 502 key=2 attempts=2 first=-1"},
    {"an error cut off", "1", "400 ={ cut", "send1 refuse(argument) end",
	"client_error 400 key=1 attempts=1 first=-1", "", "{"},
    {"a redirect is no answer", "1 2", "302 / 302",
	"send1 retry(1) send2 refuse(upstream) end",
	"upstream_error 502 key=2 attempts=2 first=-1"},
    {"the key's trouble is not told to the client", "1", "err:key",
	"send1 refuse(no_key) end", "no_key 503 key=1 attempts=1 first=-1",
	.detail = "API key not valid. [redacted]", .max_retries = -1},
};
TEST_OF(refusals)

static const struct scene gone[] = {
    {"while it waits for the head", "1", "+50 gone +1000", "send1 finish end",
	"client_gone 499 key=1 attempts=1 first=-1", "",
	"the client closed the connection"},
    {"after the head", "1", "200 +50 gone", "send1 finish end",
	"client_gone 499 key=1 attempts=1 first=-1", ""},
    {"in the stream", "1", "200 =ab +100 gone =cd$",
	"send1 commit write(ab) finish end",
	"client_gone 200 key=1 attempts=1 first=0", ""},
    {"in a pause", "1", "err:over", "send1 pause1000 finish end",
	"client_gone 499 key=1 attempts=1 first=-1", NULL, .gone_in_pause = 1},
    {"in the second pause", "1 2", "err:over / err:over",
	"send1 pause1000 retry(1) send2 pause3000 finish end",
	"client_gone 499 key=2 attempts=2 first=-1", NULL, .gone_in_pause = 2,
	.heartbeat_ms = 99999},
    {"after a heartbeat", "1", "+3000 gone", "send1 commit beat finish end",
	"client_gone 200 key=1 attempts=1 first=-1", ""},
    {"at the end of a whole answer", "1", "200 =ab$",
	"send1 commit=2 write(ab) finish end",
	"client_gone 200 key=1 attempts=1 first=0", .whole = true,
	.gone_at_end = true},
    {"at the end of a stream it has had all", "1", "200 =ab$",
	"send1 commit write(ab) write(.) finish end",
	"complete 200 key=1 attempts=1 first=0", .gone_at_end = true},
};
TEST_OF(gone)

static const struct scene stopped[] = {
    {"before the answer", "1", "200 +50 stop",
	"send1 refuse(stopped after=1) end",
	"internal_error 503 key=1 attempts=1 first=-1", "",
	"The gateway was stopped or restarted. Please retry."},
    {"in the stream", "1", "200 =ab +100 stop =cd$",
	"send1 commit write(ab) write(error:stopped) break end",
	"truncated 200 key=1 attempts=1 first=0", "",
	"The gateway was stopped or restarted. Please retry."},
    {"after a heartbeat", "1", "+3000 stop",
	"send1 commit beat write(error:stopped) break end",
	"internal_error 200 key=1 attempts=1 first=-1", ""},
    {"in a whole answer", "1", "200 =ab stop",
	"send1 refuse(stopped after=1) end",
	"internal_error 503 key=1 attempts=1 first=-1", "", .whole = true},
};
TEST_OF(stopped)

static const struct scene rescues[] = {
    {"all attempts failed", "1 2", "err:int / err:int",
	"send1 retry(1) send2 commit=3 write(old) finish end",
	"complete 200 key=2 attempts=2 first=0", .whole = true,
	.max_retries = 1, .rescue = "old"},
    {"no key is free", "R5000", NULL, "commit=3 write(old) finish end",
	"complete 200 key=0 attempts=0 first=0", .whole = true,
	.rescue = "old"},
    {"what came before is no part of it", "1", "200 =ab cut",
	"send1 commit=3 write(old) finish end",
	"complete 200 key=1 attempts=1 first=0", .whole = true,
	.max_retries = -1, .rescue = "old"},
    {"not for strangers", "U", NULL, "refuse(credential) end", NULL,
	.whole = true, .rescue = "old"},
    {"not after the commit", "1", "200 =ab cut",
	"send1 commit write(ab) write(error:upstream) finish end", NULL,
	.rescue = "old"},
    {"not for those who have left", "1", "gone", "send1 finish end", NULL,
	.whole = true, .rescue = "old"},
    {"not needed", "1", "200 =ab$", "send1 commit=2 write(ab) finish end", NULL,
	.whole = true, .rescue = "old"},
};
TEST_OF(rescues)

static const struct scene admission[] = {
    {"refused by the settings", "1", NULL, "refuse(model) end",
	"client_error 404 key=0 attempts=0 first=-1", "", "no",
	.refused = true},
    {"no key: that goes first", "N", NULL, "refuse(no_key) end",
	.refused = true},
};
TEST_OF(admission)

/* The rows of failed attempts. */
static void
test_failed_attempts(void)
{
	static const struct scene scene = {
	    "rows", "1 2 2", "+40 err:rate / 200 +10 =_ cut / 200 =ab$"};
	struct scripted record;
	scripted_play(&scene, &record);
	CU_ASSERT(unit_same(buf_cstr(&record.failed),
	    "[{\"attempt\":1,\"key\":1,\"verdict\":\"rate_minute\","
	    "\"status\":429,\"total_ms\":40,\"evidence\":\"Slow down.\","
	    "\"error\":\"{\\\"error\\\":{\\\"code\\\":429,\\\"message\\\":"
	    "\\\"Slow down.\\\",\\\"status\\\":"
	    "\\\"RESOURCE_EXHAUSTED\\\"}}\"},"
	    "{\"attempt\":2,\"key\":2,\"verdict\":\"cut\",\"status\":200,"
	    "\"total_ms\":10,\"evidence\":\"the line is dead\","
	    "\"prompt\":3,\"answer\":1}]"));
	CU_ASSERT(record.prompt == 3);
	scripted_clear(&record);

	static const struct scene good = {"none", "1", "200 =ab$"};
	scripted_play(&good, &record);
	CU_ASSERT(record.failed.len == 0);
	scripted_clear(&record);

	static const struct scene left = {"left", "1", "gone"};
	scripted_play(&left, &record);
	CU_ASSERT(record.failed.len == 0);
	scripted_clear(&record);
}

static const struct scene repairs[] = {
    {"a refused request is mended for the same key", "1", "err:bad / 200 =ab$",
	"send1 mend send1 commit write(ab) write(.) finish end",
	"complete 200 key=1 attempts=2 first=0", "", "", .mends = 1},
    {"it may be wrong in two ways", "1", "err:bad / 200 =!bad / 200 =ab$",
	"send1 mend send1 mend send1 commit write(ab) write(.) finish end",
	"complete 200 key=1 attempts=3 first=0", "", "", .mends = 2},
    {"what cannot be mended is the client's", "1", "err:bad / err:bad",
	"send1 mend send1 refuse(argument google) end", .mends = 1},
    {"there is an end to it", "1",
	"err:bad / err:bad / err:bad / err:bad / err:bad",
	"send1 mend send1 mend send1 mend send1 mend send1 "
	"refuse(argument google) end",
	.mends = 9},
    {"a key's own trouble is not mended", "1 2", "err:rate / 200 =ab$",
	"send1 retry(1) send2 commit write(ab) write(.) finish end",
	.mends = 1},
    {"nothing is mended after the first byte", "1", "200 =ab =!bad",
	"send1 commit write(ab) write(error:argument) finish end", .mends = 1},
    {"mended, and then another key", "1 2", "err:bad / err:rate / 200 =ab$",
	"send1 mend send1 retry(1) send2 commit write(ab) write(.) finish end",
	"complete 200 key=2 attempts=3 first=0", .mends = 1},
};
TEST_OF(repairs)

/* What may have been made already is not made again. */
static const struct scene making[] = {
    {"the line broke", "1", "200 =ab cut", "send1 refuse(upstream) end",
	"truncated 502 key=1 attempts=1 first=-1", .whole = true, .once = true},
    {"no answer at all", "1", "cut", "send1 refuse(upstream) end",
	.whole = true, .once = true},
    {"garbage", "1", "200 =?", "send1 refuse(upstream) end", .whole = true,
	.once = true},
    {"too late", "1", "+20000", "send1 refuse(timeout) end", .whole = true,
	.once = true},
    {"nothing was sent", "1 2", "none / 200 =ab$",
	"send1 retry(1) send2 commit=2 write(ab) finish end", .whole = true,
	.once = true},
    {"a refusal", "1 2", "err:rate / 200 =ab$",
	"send1 retry(1) send2 commit=2 write(ab) finish end", .whole = true,
	.once = true},
};
TEST_OF(making)

/* An answer that does not tell its own end. */
static const struct scene endless[] = {
    {"complete", "1", "200 =abC", "send1 commit=2 write(ab) finish end",
	.whole = true},
    {"the line broke", "1 2", "200 =abC cut / 200 =cdC",
	"send1 retry(1) send2 commit=2 write(cd) finish end", .whole = true},
    {"streamed, the line broke", "1", "200 =abC cut",
	"send1 commit write(ab) write(error:upstream) finish end",
	"truncated 200 key=1 attempts=1 first=0"},
};
TEST_OF(endless)

static CU_TestInfo tests[] = {
    {"answers", test_answers},
    {"retries before the first byte", test_retries},
    {"no retry after content", test_after_content},
    {"what was cut never finishes", test_truncated},
    {"limits of retries", test_limits},
    {"refusals", test_refusals},
    {"the client leaves", test_gone},
    {"the program ends", test_stopped},
    {"something better than an error", test_rescues},
    {"settings that have changed", test_admission},
    {"rows of failed attempts", test_failed_attempts},
    {"refusals that are mended", test_repairs},
    {"what is made once", test_making},
    {"answers without an end of their own", test_endless},
    CU_TEST_INFO_NULL,
};

struct unit_suite relay_suite = {"gateway/relay", tests};
