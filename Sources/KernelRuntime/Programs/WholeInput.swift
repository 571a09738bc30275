internal import Glibc
internal import SystemPackage

/// The standard input of another program, complete before that program starts: when this server dies while it hands over,
/// the program still reads every byte. Through a pipe it would take the end of a dying server for the end of a mail, and a program
/// that ends before it has read everything would end the server.
enum WholeInput {
    /// A file that has no name any more and stays in this machine's memory, at its beginning; the caller closes it.
    /// Nil when none can be had.
    static func descriptor(_ bytes: [UInt8]) -> FileDescriptor? {
        var path = Array("/dev/shm/collectif-XXXXXX".utf8CString)
        let raw = mkstemp(&path)
        guard raw >= 0 else { return nil }
        let file = FileDescriptor(rawValue: raw)
        do {
            guard unlink(path) == 0 else { throw Errno(rawValue: errno) }
            try file.writeAll(bytes)
            try file.seek(offset: 0, from: FileDescriptor.SeekOrigin.start)
            return file
        } catch {
            try? file.close()
            return nil
        }
    }
}
