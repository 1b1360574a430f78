/* base/url: taking URLs apart, and lists of hosts. */
#include "base/url.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "unit.h"

static void
test_split(void)
{
	static const struct {
		const char *text;
		const char *parts; /* NULL: no URL */
	} rows[] = {
	    {"http://h", "http h 80 "},
	    {"https://h", "https h 443 "},
	    {"HTTPS://H/x", "https H 443 /x"},
	    {"http://h:8080?q", "http h 8080 ?q"},
	    {"http://h#f", "http h 80 #f"},
	    {"http://[::1]:81/x", "http [::1] 81 /x"},
	    {"http://[::ffff:127.0.0.1]/", "http [::ffff:127.0.0.1] 80 /"},
	    {"http://h/@x", "http h 80 /@x"},
	    {"http://h:65535", "http h 65535 "},
	    {"http://h:65536", NULL},
	    {"http://h:0", NULL},
	    {"http://h:", NULL},
	    {"http://h:8x", NULL},
	    {"http://h:-1", NULL},
	    {"http://h:00000080", NULL},
	    {"http://", NULL},
	    {"http:///x", NULL},
	    {"http://:80", NULL},
	    {"http://u@h/", NULL},
	    {"http://u:p@h/", NULL},
	    {"http://h\\@e/", NULL},
	    {"http://h h/", NULL},
	    {"http://h%2e/", NULL},
	    {"http://[::1/", NULL},
	    {"http://[]/", NULL},
	    {"http://[::1]x/", NULL},
	    {"http:/h", NULL},
	    {"ftp://h/", NULL},
	    {"//h/", NULL},
	    {"", NULL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct url url;
		char parts[128] = "";
		bool ok = url_split(rows[i].text, &url);
		if (ok)
			snprintf(parts, sizeof(parts), "%s %.*s %d %s",
			    url.https ? "https" : "http", (int)url.host_len,
			    url.host, url.port, url.rest);
		UNIT_ROW(unit_same(ok ? parts : NULL, rows[i].parts) == 1,
		    rows[i].text);
		UNIT_ROW(
		    unit_same(url_rest(rows[i].text), ok ? url.rest : NULL),
		    rows[i].text);
	}
}

static void
test_host_fits(void)
{
	static const struct {
		const char *pattern, *host;
		int port;
		bool fits;
	} rows[] = {
	    {"h", "h", 80, true},
	    {"h", "H", 8080, true},
	    {"Host.Example", "hOST.eXAMPLE", 80, true},
	    {"h", "hh", 80, false},
	    {"hh", "h", 80, false},
	    {"h:80", "h", 80, true},
	    {"h:80", "h", 81, false},
	    {"h:x", "h", 80, false},
	    {"h:", "h", 80, false},
	    {"*.d.example", "a.d.example", 80, true},
	    {"*.d.example", "a.b.D.example", 80, true},
	    {"*.d.example", "d.example", 80, false},
	    {"*.d.example", ".d.example", 80, false},
	    {"*.d.example", "ad.example", 80, false},
	    {"*.d.example:8080", "a.d.example", 8080, true},
	    {"*.d.example:8080", "a.d.example", 80, false},
	    {"*", "h", 80, false},
	    {"", "h", 80, false},
	    {"*.0.0.1", "127.0.0.1", 80, false},
	    {"*.1", "127.1", 80, false},
	    {"[::1]", "[::1]", 80, true},
	    {"[::1]:80", "[::1]", 80, true},
	    {"[::1]:80", "[::1]", 81, false},
	    {"[::1]", "[::2]", 80, false},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		UNIT_ROW(
		    url_host_fits(rows[i].pattern, rows[i].host,
			strlen(rows[i].host), rows[i].port) == rows[i].fits,
		    rows[i].pattern);
}

static void
test_authority(void)
{
	static const struct {
		const char *text;
		bool is;
	} rows[] = {
	    {"h", true},
	    {"gw.example:8080", true},
	    {"127.0.0.1", true},
	    {"[::1]", true},
	    {"[::1]:81", true},
	    {"my_host-1", true},
	    {"", false},
	    {"h:", false},
	    {"h:0", false},
	    {"h:65536", false},
	    {"h:x", false},
	    {"h/x", false},
	    {"u@h", false},
	    {"h h", false},
	    {"h)", false},
	    {"h\"", false},
	    {"h<b>", false},
	    {"h\n", false},
	    {"h,h", false},
	    {"[::1", false},
	    {"::1", false},
	    {":80", false},
	    {"\xc3\xa4", false},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		UNIT_ROW(
		    url_is_authority(rows[i].text) == rows[i].is, rows[i].text);
	char longest[257];
	memset(longest, 'a', sizeof(longest));
	longest[256] = '\0';
	CU_ASSERT_FALSE(url_is_authority(longest));
	longest[255] = '\0';
	CU_ASSERT_TRUE(url_is_authority(longest));
	CU_ASSERT_FALSE(url_is_authority(NULL));
}

static void
test_escape(void)
{
	struct buf out;
	buf_init(&out, BUF_SMALL);
	url_escape(&out, "aZ09-._~ &=?#/%+\xc3\xa4");
	CU_ASSERT_STRING_EQUAL(
	    buf_cstr(&out), "aZ09-._~%20%26%3D%3F%23%2F%25%2B%C3%A4");
	buf_clear(&out);
}

static CU_TestInfo tests[] = {
    {"parts", test_split},
    {"lists of hosts", test_host_fits},
    {"values in a query", test_escape},
    {"what a Host header may hold", test_authority},
    CU_TEST_INFO_NULL,
};

struct unit_suite url_suite = {"base/url", tests};
