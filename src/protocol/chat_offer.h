/*
 * Built-in tools that the settings add to a request which did not ask for
 * them: TOOLS_CODE_EXECUTION_ENABLED and URL_CONTEXT_ENABLED.
 */
#ifndef KEYWHEEL_PROTOCOL_CHAT_OFFER_H
#define KEYWHEEL_PROTOCOL_CHAT_OFFER_H

struct chat_build;

/* Add them where they do no harm. All fields have been read, and the
 * request's Gemini body has its contents. */
void chat_offer_tools(struct chat_build *b);

#endif
