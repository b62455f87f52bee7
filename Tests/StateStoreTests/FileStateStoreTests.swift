import Testing

@Suite("Records in files")
struct FileStateStoreTests {}
