#pragma once

namespace ketensync {

/// Gives back to the system the free memory of the heap: after work that took much of it. Any thread, any time; costs a
/// millisecond.
void give_back_heap();

/// Gives back to the system what a process that now waits does not use: free memory of the heap, and the pages of code
/// that only starting or working needed, which come back from their files when they run again. Any thread, any time;
/// costs a millisecond, and a fault for each page that is needed again.
void give_back_memory();

}
