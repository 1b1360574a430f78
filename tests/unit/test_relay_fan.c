/* gateway/relay: attempts of several lanes, and the keys they have. */
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

#define RATE(key)                                                         \
	"{\"key\":" #key ",\"name\":\"rate_minute\",\"evidence\":\"" SLOW \
	"\",\"rest\":\"project\",\"rest_ms\":30000,\"cap_ms\":0,"         \
	"\"all_models\":false,\"long\":false,\"disable_after\":0,"        \
	"\"disable_project\":false,\"limits\":{\"rpm\":10}}"
#define SLOW "Slow down."
#define GOOD "0.200 1.200 0.=ab$ 1.=cd$"
#define GOOD3 "0.200 1.200 2.200 0.=ab$ 1.=c$ 2.=d$"
#define SHOWN "commit write(abcd) write(.) finish end"

static const struct scene answers[] = {
    {"three lanes with a key each", "1",
	"0.200 1.200 2.200 0.=a 1.=b 2.=c 0.=d$ 2.=$ 1.=e 1.=$ 0.done 2.done",
	"more2(1) send1,2,3 commit write(abc) write(d) write(e) write(.) "
	"finish end",
	"complete 200 key=1 attempts=1 first=0", "", "", .lanes = 3,
	.more = "2,3"},
    {"whole", "1", "1.200 0.200 1.=ab 0.=cd$ 0.done 1.=$",
	"more1(1) send1,2 commit=4 write(abcd) finish end",
	"complete 200 key=1 attempts=1 first=0", "", "", .lanes = 2,
	.more = "2", .whole = true},
    {"nothing is shown before all have something to show", "1",
	"0.200 0.=ab 1.200 +100 0.=c 1.=_ +100 1.=d 0.=$ 1.=$",
	"more1(1) send1,2 commit write(abcd) write(.) finish end",
	"complete 200 key=1 attempts=1 first=200", .lanes = 2, .more = "2"},
    {"… or are complete without", "1", "0.200 0.=ab 1.200 1.=$ 1.done 0.=cd$",
	"more1(1) send1,2 commit write(ab) write(cd) write(.) finish end",
	.lanes = 2, .more = "2"},
    {"complete long before the other begins", "1",
	"0.200 0.=ab$ 0.done +9000 1.200 1.=cd$",
	"more1(1) send1,2 commit beat beat beat write(abcd) write(.) finish "
	"end",
	"complete 200 key=1 attempts=1 first=9000", .lanes = 2, .more = "2"},
    {"one is blocked, another cut when it was complete", "1",
	"0.200 1.200 2.200 1.=_B 1.done 0.=ab$ 0.cut 2.=cd$",
	"more2(1) send1,2,3 " SHOWN, "complete 200 key=1 attempts=1 first=0",
	"", "", .lanes = 3, .more = "2,3"},
    {"complete, and then the connections stay open", "1", GOOD " +9000",
	"more1(1) send1,2 commit write(abcd) beat write(.) finish end",
	"complete 200 key=1 attempts=1 first=0", "", "", .lanes = 2,
	.more = "2"},
    {"fewer keys than lanes: they share", "1",
	"0.200 1.200 2.200 3.200 4.200 0.=a$ 1.=b$ 2.=c$ 3.=_$ 4.=d$",
	"more4(1) send1,2,1,2,1 commit write(abcd) write(.) finish end",
	.lanes = 5, .more = "2"},
    {"no other key at all", "1", GOOD, "more1(1) send1,1 " SHOWN, .lanes = 2,
	.more = "-"},
};
TEST_OF(answers)

static const struct scene retries[] = {
    {"one is refused: its key is judged, and all begin anew", "1 4",
	"0.200 0.=zz 2.200 1.err:rate 1.done / " GOOD3,
	"more2(1) send1,2,3 retry(2) more2(2,4) send4,5,6 " SHOWN,
	"complete 200 key=4 attempts=2 first=0", "r:" RATE(2), .lanes = 3,
	.more = "2,3 5,6"},
    {"the first one is refused", "1 2", "0.err:rate 0.done / " GOOD,
	"more1(1) send1,3 retry(1) more1(1,2) send2,3 " SHOWN,
	"complete 200 key=2 attempts=2 first=0", "r:" RATE(1), .lanes = 2,
	.more = "3 3"},
    {"what others say while a refusal comes does not matter", "1 4",
	"0.200 1.429 0.=zz$ 0.done 2.err:int 2.done 1.={ 1.cut / " GOOD3,
	"more2(1) send1,2,3 retry(2) more2(2,4) send4,5,6 " SHOWN, .lanes = 3,
	.more = "2,3 5,6"},
    {"an error event", "1 4", "0.200 1.200 0.=zz 1.=!int / " GOOD,
	"more1(1) send1,2 retry(2) more1(2,4) send4,5 " SHOWN, .lanes = 2,
	.more = "2 5"},
    {"… with text before it that could not be shown yet", "1 4",
	"0.200 1.200 1.=zz!int / " GOOD,
	"more1(1) send1,2 retry(2) more1(2,4) send4,5 " SHOWN, .lanes = 2,
	.more = "2 5"},
    {"the line broke", "1 4", "0.200 0.=zz$ 0.done 1.200 1.cut / " GOOD,
	"more1(1) send1,2 retry(2) more1(2,4) send4,5 " SHOWN, .lanes = 2,
	.more = "2 5"},
    {"nobody could be reached", "1 4", "1.none / " GOOD,
	"more1(1) send1,2 retry(2) more1(2,4) send4,5 " SHOWN, .lanes = 2,
	.more = "2 5"},
    {"an empty answer: the same key again", "1",
	"0.200 1.200 0.=zz 1.=E 1.done / " GOOD,
	"more1(1) send1,2 more1(2) send2,3 " SHOWN,
	"complete 200 key=2 attempts=2 first=0", "", "", .lanes = 2,
	.more = "2 3"},
    {"a refusal that can be mended: the same key", "1",
	"0.200 0.=zz 1.err:bad 1.done / " GOOD,
	"more1(1) send1,2 mend more1(2) send2,1 " SHOWN,
	"complete 200 key=2 attempts=2 first=0", .lanes = 2, .more = "2 1",
	.mends = 1},
    {"a key that lanes share", "1 3",
	"3.err:rate 3.done / "
	"0.200 1.200 2.200 3.200 3.=_$ 3.done 0.=ab$ 1.=c$ 2.=d$",
	"more3(1) send1,2,1,2 retry(2) more3(2,3) send3,1,3,1 " SHOWN, NULL,
	"r:" RATE(2), .lanes = 4, .more = "2 1"},
    {"only one key is left", "1 2", "0.err:rate 0.done / " GOOD3,
	"more2(1) send1,2,1 retry(1) more2(1,2) send2,2,2 " SHOWN, .lanes = 3,
	.more = "2 -"},
    {"none is left", "1 R5000", "1.err:rate 1.done",
	"more1(1) send1,2 retry(2) refuse(resting after=5 ms=5000) end",
	"limited 429 key=2 attempts=1 first=-1", "r:" RATE(2), .lanes = 2,
	.more = "2"},
    {"no retry is allowed", "1", "1.err:rate 1.done",
	"more1(1) send1,2 refuse(resting after=30 ms=30000) end",
	"limited 429 key=2 attempts=1 first=-1", "e:" RATE(2), "Slow down.",
	.lanes = 2, .more = "2", .max_retries = -1},
};
TEST_OF(retries)

static const struct scene after_content[] = {
    {"the line broke", "1", "0.200 1.200 0.=ab 1.=cd 0.=e 1.cut",
	"more1(1) send1,2 commit write(abcd) write(e) write(error:upstream) "
	"finish end",
	"truncated 200 key=2 attempts=1 first=0", "", "the line is dead",
	.lanes = 2, .more = "2"},
    {"… when the other was complete", "1",
	"0.200 1.200 0.=ab$ 1.=cd 0.cut 1.cut",
	"more1(1) send1,2 commit write(abcd) write(error:upstream) finish end",
	"truncated 200 key=2 attempts=1 first=0", "", "the line is dead",
	.lanes = 2, .more = "2"},
    {"an end without an end", "1", "0.200 1.200 0.=ab 1.=cd 1.done",
	"more1(1) send1,2 commit write(abcd) write(error:upstream) finish end",
	"truncated 200 key=2 attempts=1 first=0", .lanes = 2, .more = "2"},
    {"an error event blames its key", "1", "0.200 1.200 0.=ab 1.=cd 1.=!rate",
	"more1(1) send1,2 commit write(abcd) write(error:resting) finish end",
	"limited 200 key=2 attempts=1 first=0", "e:" RATE(2), .lanes = 2,
	.more = "2"},
    {"… behind the text that all waited for", "1",
	"0.200 1.200 0.=ab 1.=cd!int",
	"more1(1) send1,2 commit write(abcd) write(error:upstream) finish end",
	.lanes = 2, .more = "2"},
    {"garbage", "1", "0.200 1.200 0.=ab 1.=cd 0.=?",
	"more1(1) send1,2 commit write(abcd) write(error:upstream) finish end",
	"truncated 200 key=1 attempts=1 first=0", .lanes = 2, .more = "2"},
    {"silence, while the other goes on", "1",
	"0.200 1.200 0.=ab 1.=cd +3000 0.=e +3000",
	"0:more1(1) 0:send1,2 0:commit 0:write(abcd) 3000:write(e) "
	"5000:write(error:timeout) 5000:finish 5000:end",
	"timeout_idle 200 key=2 attempts=1 first=0", .lanes = 2, .more = "2",
	.times = true, .heartbeat_ms = 99999},
};
TEST_OF(after_content)

static const struct scene times[] = {
    {"one that does not begin", "1 4",
	"0.200 0.=zz +4000 0.=_ +4000 0.=_ +4000 / " GOOD,
	"0:more1(1) 0:send1,2 10000:retry(2) 10000:more1(2,4) 10000:send4,5 "
	"10000:commit 10000:write(abcd) 10000:write(.) 10000:finish 10000:end",
	.lanes = 2, .more = "2 5", .times = true, .heartbeat_ms = 99999},
    {"heartbeats while one thinks", "1",
	"0.200 1.200 0.=ab$ 0.done +7000 1.=cd$",
	"more1(1) send1,2 commit beat beat write(abcd) write(.) finish end",
	"complete 200 key=1 attempts=1 first=7000", .lanes = 2, .more = "2"},
    {"an error whose text stands still", "1 4",
	"1.429 1.={ 0.200 0.=zz +3000 0.=z +3000 / " GOOD,
	"0:more1(1) 0:send1,2 5000:retry(2) 5000:more1(2,4) 5000:send4,5 "
	"5000:commit 5000:write(abcd) 5000:write(.) 5000:finish 5000:end",
	.lanes = 2, .more = "2 5", .times = true, .heartbeat_ms = 99999},
    {"the total deadline, with one complete", "1",
	"0.200 1.200 0.=ab$ 1.=cd +4000 1.=e +4000",
	"more1(1) send1,2 commit write(abcd) write(e) write(error:timeout) "
	"finish end",
	"truncated 200 key=2 attempts=1 first=0", .lanes = 2, .more = "2",
	.total_ms = 7000, .heartbeat_ms = 99999},
};
TEST_OF(times)

static const struct scene pieces[] = {
    {"each stands for its share of the time", "1",
	"0.200 1.200 0.=a~b~ 1.=c~d~ 0.=e~f$ 1.=$",
	"0:more1(1) 0:send1,2 0:commit 0:write(a) 0:pause50 50:write(b) "
	"50:pause50 100:write(c) 100:pause50 150:write(d) 150:pause50 "
	"200:write(e) 200:write(f) 200:write(.) 200:finish 200:end",
	"complete 200 key=1 attempts=1 first=0", .lanes = 2, .more = "2",
	.times = true},
    {"the time they took is no silence of any lane", "1",
	"0.200 1.200 0.=a~b~c~ 1.=d~ +3900 1.=_$ 1.done +1050 0.=$",
	"more1(1) send1,2 commit write(a) pause2000 write(b) pause2000 "
	"write(c) pause2000 write(d) beat write(.) finish end",
	"complete 200 key=1 attempts=1 first=0", .lanes = 2, .more = "2",
	.piece_us = 4000000},
    {"what was held is forgotten with its attempt", "1 3",
	"0.200 0.=a~b~ 1.err:int 1.done / 0.200 1.200 0.=c$ 1.=d$",
	"more1(1) send1,2 retry(2) more1(2,3) send3,1 commit write(cd) "
	"write(.) finish end",
	.lanes = 2, .more = "2 1"},
};
TEST_OF(pieces)

static const struct scene gone[] = {
    {"before anything was shown", "1", "0.200 1.200 0.=ab gone",
	"more1(1) send1,2 finish end",
	"client_gone 499 key=1 attempts=1 first=-1", "", .lanes = 2,
	.more = "2f1"},
    {"in the stream", "1", "0.200 1.200 0.=ab 1.=cd +100 gone",
	"more1(1) send1,2 commit write(abcd) finish end",
	"client_gone 200 key=1 attempts=1 first=0", "", .lanes = 2,
	.more = "2"},
    {"while a refusal comes", "1", "1.429 1.={ gone",
	"more1(1) send1,2 finish end",
	"client_gone 499 key=1 attempts=1 first=-1", "", .lanes = 2,
	.more = "2"},
};
TEST_OF(gone)

static const struct scene keys[] = {
    {"a success clears faults of any lane's key", "1", GOOD, NULL, NULL,
	"e:{\"key\":2,\"clear\":true}", .lanes = 2, .more = "2f1"},
    {"… one of them at a time", "1f3", GOOD, NULL, NULL,
	"e:{\"key\":1,\"clear\":true}", .lanes = 2, .more = "2f1"},
    {"… not of a key that no lane has", "1", "200 =ab$", NULL, NULL, "",
	.more = ""},
    {"keys of one project: its scope", "1", GOOD,
	"more1(1) scope(a) send1,2 " SHOWN, .lanes = 2, .more = "2",
	.scopes = "aab"},
    {"keys of two: none", "1", GOOD3, "more2(1) scope() send1,2,3 " SHOWN,
	.lanes = 3, .more = "2,3", .scopes = "aab"},
    {"a single lane: its own", "3", "200 =ab$",
	"scope(b) send3 commit write(ab) write(.) finish end", .scopes = "aab"},
};

TEST_OF(keys)

static CU_TestInfo tests[] = {
    {"answers of several lanes", test_answers},
    {"retries of several lanes", test_retries},
    {"no retry after content", test_after_content},
    {"time-outs of lanes", test_times},
    {"pieces of several lanes", test_pieces},
    {"the client leaves several lanes", test_gone},
    {"keys of lanes", test_keys},
    CU_TEST_INFO_NULL,
};

struct unit_suite relay_fan_suite = {"gateway/relay, lanes", tests};
