/* Addresses as sources. */
#include "web/source.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

void
source_of(const char *address, char source[SOURCE_SIZE])
{
	static const unsigned char mapped[12] = {
	    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
	unsigned char bytes[16];
	char text[INET6_ADDRSTRLEN] = "";
	if (address != NULL && inet_pton(AF_INET, address, bytes) == 1) {
		inet_ntop(AF_INET, bytes, text, sizeof(text));
		snprintf(source, SOURCE_SIZE, "%s", text);
	} else if (address == NULL ||
	    inet_pton(AF_INET6, address, bytes) != 1) {
		snprintf(source, SOURCE_SIZE, "elsewhere");
	} else if (memcmp(bytes, mapped, sizeof(mapped)) == 0) {
		inet_ntop(AF_INET, bytes + sizeof(mapped), text, sizeof(text));
		snprintf(source, SOURCE_SIZE, "%s", text);
	} else {
		memset(bytes + 8, 0, 8);
		inet_ntop(AF_INET6, bytes, text, sizeof(text));
		snprintf(source, SOURCE_SIZE, "%s/64", text);
	}
}
