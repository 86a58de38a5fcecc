#pragma once
// libcurl, and its memory.

namespace injector::http {

// Initialises libcurl, so that it wipes what it gives back: its buffers have held answers. Once,
// before anything else of libcurl is called.
void StartCurl();

}  // namespace injector::http
