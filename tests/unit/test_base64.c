/* base/base64: tidying what clients send, and making our own. */
#include "base/base64.h"

#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "unit.h"

/* The bytes of a text are those of its tidy form. */
static void
decode_row(const char *name, const char *text, const char *tidy)
{
	struct buf bytes, again;
	buf_init(&bytes, BUF_SMALL);
	buf_init(&again, BUF_SMALL);
	bool ok = base64_decode(&bytes, text, strlen(text));
	UNIT_ROW(ok == (tidy != NULL), name);
	base64_encode(&again, bytes.data, bytes.len);
	UNIT_ROW(!ok || unit_same(buf_cstr(&again), tidy) == 1, name);
	buf_clear(&bytes);
	buf_clear(&again);
}

static void
test_slice(void)
{
	static const struct {
		const char *name, *text;
		size_t from, room;
		const char *part;
	} rows[] = {
	    {"nothing", "", 0, 9, ""},
	    {"all", "YWJjZGU=", 0, 9, "abcde"},
	    {"less room", "YWJjZGU=", 0, 4, "abcd"},
	    {"from the second byte", "YWJjZGU=", 1, 9, "bcde"},
	    {"from the third byte", "YWJjZGU=", 2, 9, "cde"},
	    {"from the second group", "YWJjZGU=", 3, 9, "de"},
	    {"inside of one group", "YWJjZGU=", 1, 1, "b"},
	    {"the last byte", "YWJjZGU=", 4, 9, "e"},
	    {"the end", "YWJjZGU=", 5, 9, ""},
	    {"behind the end", "YWJjZGU=", 6, 9, ""},
	    {"far behind the end", "YWJjZGU=", 600, 9, ""},
	    {"no room", "YWJjZGU=", 1, 0, ""},
	    {"one byte alone", "YQ==", 0, 9, "a"},
	    {"behind one byte", "YQ==", 1, 9, ""},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint8_t bytes[10] = "";
		const char *text = rows[i].text;
		size_t n = base64_slice(
		    text, strlen(text), rows[i].from, bytes, rows[i].room);
		UNIT_ROW(n == strlen(rows[i].part) &&
			memcmp(bytes, rows[i].part, n) == 0,
		    rows[i].name);
	}
	CU_ASSERT_EQUAL(base64_size("", 0), 0);
	CU_ASSERT_EQUAL(base64_size("YQ==", 4), 1);
	CU_ASSERT_EQUAL(base64_size("YWI=", 4), 2);
	CU_ASSERT_EQUAL(base64_size("YWJjZGVm", 8), 6);
}

static void
test_tidy(void)
{
	static const struct {
		const char *name, *text, *tidy; /* NULL: no base64 */
		bool plain;
	} rows[] = {
	    {"nothing", "", "", true},
	    {"three bytes", "AQID", "AQID", true},
	    {"two bytes", "AQI=", "AQI=", true},
	    {"one byte", "AQ==", "AQ==", true},
	    {"no padding", "AQ", "AQ==", false},
	    {"no padding of two bytes", "AQI", "AQI=", false},
	    {"too much padding", "AQID====", "AQID", false},
	    {"URL-safe", "_-8=", "/+8=", false},
	    {"standard", "/+8=", "/+8=", true},
	    {"lines", "AQID\r\nBAUG\n", "AQIDBAUG", false},
	    {"blanks everywhere", " A\tQ\vI\fD ", "AQID", false},
	    {"blank inside the padding", "AQ= =", "AQ==", false},
	    {"one digit too many", "AQIDB", NULL, false},
	    {"one digit", "A", NULL, false},
	    {"foreign", "AQ!D", NULL, false},
	    {"not ASCII", "AQ\xc3\xa4", NULL, false},
	    {"digits behind the padding", "AQ==AQID", NULL, false},
	    {"padding alone", "====", "", false},
	    {"a comma", "AQ,D", NULL, false},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *text = rows[i].text;
		struct buf out;
		buf_init(&out, BUF_SMALL);
		bool ok = base64_tidy(&out, text, strlen(text));
		UNIT_ROW(ok == (rows[i].tidy != NULL), rows[i].name);
		if (ok)
			UNIT_ROW(unit_same(buf_cstr(&out), rows[i].tidy) == 1,
			    rows[i].name);
		UNIT_ROW(base64_is_plain(text, strlen(text)) == rows[i].plain,
		    rows[i].name);
		buf_clear(&out);
		decode_row(rows[i].name, text, rows[i].tidy);
	}
}

static void
test_long(void)
{
	/* Longer than the pieces in which the work is done, at every offset
	 * of three. */
	for (size_t len = 9214; len < 9220; len++) {
		struct buf bytes, text, lines;
		buf_init(&bytes, BUF_SMALL);
		buf_init(&text, BUF_SMALL);
		buf_init(&lines, BUF_SMALL);
		for (size_t i = 0; i < len; i++)
			buf_byte(&bytes, (char)(i * 7));
		base64_encode(&text, bytes.data, bytes.len);
		CU_ASSERT_EQUAL(text.len, (len + 2) / 3 * 4);
		CU_ASSERT_TRUE(base64_is_plain(text.data, text.len));

		CU_ASSERT_TRUE(base64_decode(&lines, text.data, text.len));
		CU_ASSERT_TRUE(lines.len == len &&
		    memcmp(lines.data, bytes.data, len) == 0);
		buf_reset(&lines);

		uint8_t back[16];
		CU_ASSERT_EQUAL(
		    base64_peek(text.data, text.len, back, sizeof(back)),
		    sizeof(back));
		CU_ASSERT_EQUAL(memcmp(back, bytes.data, sizeof(back)), 0);

		for (size_t i = 0; i < text.len; i += 76) {
			size_t left = text.len - i;
			buf_add(&lines, text.data + i, left < 76 ? left : 76);
			buf_str(&lines, "\r\n");
		}
		buf_reset(&bytes);
		CU_ASSERT_TRUE(base64_tidy(&bytes, lines.data, lines.len));
		CU_ASSERT_STRING_EQUAL(buf_cstr(&bytes), buf_cstr(&text));
		buf_clear(&bytes);
		buf_clear(&text);
		buf_clear(&lines);
	}
}

static void
test_peek(void)
{
	uint8_t bytes[4];
	CU_ASSERT_EQUAL(base64_peek("AQ==", 4, bytes, 4), 1);
	CU_ASSERT_EQUAL(bytes[0], 1);
	CU_ASSERT_EQUAL(base64_peek("AQID/w==", 8, bytes, 4), 4);
	CU_ASSERT_EQUAL(bytes[3], 255);
	CU_ASSERT_EQUAL(base64_peek("AQIDBAUG", 8, bytes, 2), 2);
	CU_ASSERT_EQUAL(base64_peek("", 0, bytes, 4), 0);
}

static CU_TestInfo tests[] = {
    {"what clients send", test_tidy},
    {"long texts, there and back", test_long},
    {"the first bytes", test_peek},
    {"bytes from anywhere", test_slice},
    CU_TEST_INFO_NULL,
};

struct unit_suite base64_suite = {"base/base64", tests};
