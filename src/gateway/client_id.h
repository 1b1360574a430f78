/* The id by which a client knows its request. */
#ifndef KEYWHEEL_GATEWAY_CLIENT_ID_H
#define KEYWHEEL_GATEWAY_CLIENT_ID_H

#define CLIENT_ID_MAX 128

struct web_call;

/* That of the field x-request-id, or else x-client-request-id; "" if there is
 * none, or it is more than an id: up to CLIENT_ID_MAX printable characters of
 * ASCII, without blanks and quotes. */
void client_id_read(struct web_call *call, char id[CLIENT_ID_MAX + 1]);

#endif
