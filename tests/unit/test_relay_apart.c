/* gateway/relay: lanes that are answers of their own. */
#include "gateway/relay.h"

#include "base/attr.h"
#include "scripted_ports.h"
#include "unit.h"

#define APART .apart = true, .whole = true
#define RATE(key)                                                    \
	"{\"key\":" #key ",\"name\":\"rate_minute\",\"evidence\":\"" \
	"Slow down.\",\"rest\":\"project\",\"rest_ms\":30000,"       \
	"\"cap_ms\":0,\"all_models\":false,\"long\":false,"          \
	"\"disable_after\":0,\"disable_project\":false,"             \
	"\"limits\":{\"rpm\":10}}"

static const struct scene scenes[] = {
    {"all come", "1", "0.200 1.200 1.=cd$ 1.done 0.=ab$",
	"more1(1) send1,2 commit=4 write(cdab) finish end",
	"complete 200 key=1 attempts=1 first=0", "", "", .lanes = 2,
	.more = "2", APART},
    {"one is refused: the others go on, and it is asked for again", "1 4",
	"1.err:rate 0.200 0.=a 1.done 0.=b$ 2.200 2.=c$ / 200 =d$",
	"more2(1) send1,2,3 retry(2) send4 commit=4 write(abcd) finish end",
	"complete 200 key=4 attempts=2 first=0", "r:" RATE(2), .lanes = 3,
	.more = "2,3", APART},
    {"the last to end is refused", "1 4",
	"0.200 0.=ab$ 0.done 1.err:rate / 200 =d$",
	"more1(1) send1,2 retry(2) send4 commit=3 write(abd) finish end",
	.lanes = 2, .more = "2", APART},
    {"no retry is allowed: the client has what came", "1",
	"1.err:rate 1.done 0.200 0.=ab$",
	"more1(1) send1,2 commit=2 write(ab) finish end",
	"complete 200 key=2 attempts=1 first=0", "e:" RATE(2), "Slow down.",
	.lanes = 2, .more = "2", APART, .max_retries = -1},
    {"no key is left: the same", "1 R5000", "1.err:rate 1.done 0.200 0.=ab$",
	"more1(1) send1,2 retry(2) commit=2 write(ab) finish end",
	"complete 200 key=2 attempts=1 first=0", "r:" RATE(2), .lanes = 2,
	.more = "2", APART},
    {"none came: the first that failed is told", "1",
	"1.err:rate 1.done 0.err:int 0.done",
	"more1(1) send1,2 refuse(resting after=30 ms=30000) end",
	"limited 429 key=2 attempts=1 first=-1", "e:" RATE(2), "Slow down.",
	.lanes = 2, .more = "2", APART, .max_retries = -1},
    {"what a later one says does not mix with it", "1",
	"0.err:bad 1.err:int 0.done 1.done",
	"more1(1) send1,2 refuse(argument google) end",
	"client_error 400 key=1 attempts=1 first=-1", "",
	"Field x is wrong, see projects/[redacted].", .lanes = 2, .more = "2",
	APART},
    {"one falls silent, when the other is complete", "1",
	"0.200 0.=ab$ 0.done 1.200 1.=c +3000 +3000",
	"0:more1(1) 0:send1,2 5000:commit=2 5000:write(ab) 5000:finish "
	"5000:end",
	.lanes = 2, .more = "2", APART, .times = true},
    {"… and while the other goes on", "1",
	"0.200 1.200 1.=c +3000 0.=a +3000 0.=b$",
	"0:more1(1) 0:send1,2 6000:commit=2 6000:write(ab) 6000:finish "
	"6000:end",
	.lanes = 2, .more = "2", APART, .times = true},
    {"one does not begin, and is asked for again", "1 3",
	"0.200 0.=a +9000 0.=b$ 0.done +2000 / 200 =d$",
	"0:more1(1) 0:send1,2 10000:retry(2) 10000:send3 10000:commit=3 "
	"10000:write(abd) 10000:finish 10000:end",
	.lanes = 2, .more = "2", APART, .times = true, .idle_ms = 20000},
    {"the line broke", "1 3", "0.200 0.=c 0.cut 1.200 1.=ab$ / 200 =d$",
	"more1(1) send1,2 retry(1) send3 commit=3 write(abd) finish end",
	.lanes = 2, .more = "2", APART},
    {"garbage", "1 3", "0.200 0.=? 0.=x 1.200 1.=ab$ / 200 =d$",
	"more1(1) send1,2 retry(1) send3 commit=3 write(abd) finish end",
	.lanes = 2, .more = "2", APART},
    {"an empty answer, once more and no more", "1",
	"0.200 0.=E 0.done 1.200 1.=ab$ / 200 =E",
	"more1(1) send1,2 send1 commit=2 write(ab) finish end",
	"complete 200 key=1 attempts=2 first=0", "", .lanes = 2, .more = "2",
	APART, .empty_retries = 1},
    {"empty ones alone: Gemini's word", "1", "200 =E / 200 =E",
	"send1 send1 refuse(upstream code=no_image) end",
	"upstream_error 502 key=1 attempts=2 first=-1", .lanes = 1, APART,
	.empty_retries = 1, .reason = "NO_IMAGE"},
    {"the client leaves: what came is nobody's", "1",
	"0.200 0.=ab$ 0.done gone", "more1(1) send1,2 finish end",
	"client_gone 499 key=1 attempts=1 first=-1", .lanes = 2, .more = "2",
	APART},
    {"ten at once", "1",
	"0.200 1.200 2.200 3.200 4.200 5.200 6.200 7.200 8.200 9.200 0.=a$ "
	"1.=a$ 2.=a$ 3.=a$ 4.=a$ 5.=a$ 6.=a$ 7.=a$ 8.=a$ 9.=b$",
	"more9(1) send1,2,1,2,1,2,1,2,1,2 commit=10 write(aaaaaaaaab) finish "
	"end",
	.lanes = 10, .more = "2", APART},
};

static void
test_apart(void)
{
	scripted_check_all(scenes, COUNT_OF(scenes));
}

static CU_TestInfo tests[] = {
    {"lanes that are answers of their own", test_apart},
    CU_TEST_INFO_NULL,
};

struct unit_suite relay_apart_suite = {"gateway/relay, lanes apart", tests};
