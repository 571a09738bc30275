import Kernel
import Subprocess

/// Opens a PDF with poppler's `pdfinfo`, a separate program under limits of time and memory: a hostile file can at most make it end
/// (docs/decisions/0019).
struct PopplerReader: PaperReader {
    /// Twice what the largest scan needed; the file itself has 20 MB at most.
    private static let limits = ["--cpu=10", "--as=1500000000", "--core=0", "--nofile=64", "--fsize=100000000"]

    func open(_ pdf: [UInt8]) async throws -> PaperOpening {
        // Not through a pipe: a program that ends before it has read its input would end this one too.
        guard let file = WholeInput.descriptor(pdf) else { throw Self.absent }
        do {
            let child = ChildProgram("prlimit", Self.limits + ["pdfinfo", "-"])
            let result = try await run(
                child.executable, arguments: child.arguments,
                input: .fileDescriptor(file, closeAfterSpawningProcess: true),
                output: .string(limit: 65_536), error: .string(limit: 65_536))
            if case .exited(let code) = result.terminationStatus, ChildProgram.absent.contains(code) { throw Self.absent }
            return Self.reading(
                isSuccess: result.terminationStatus.isSuccess, output: result.standardOutput, errors: result.standardError)
        } catch let error as SubprocessError {
            // Whatever else fails, fails because of the file: it talks too much, or ends the program while it reads.
            guard error.code != .executableNotFound, error.code != .spawnFailed else { throw Self.absent }
            return .broken
        }
    }

    private static let absent = Refusal(
        status: 503, code: "paper_reader",
        message: "Le fichier n’a pas pu être ouvert pour être vérifié. Rien n’a été enregistré\u{A0}; réessayez dans un instant.")

    /// What the program's answer means. A title may hold anything, also line ends: the program writes its own lines after it, so the
    /// last of a name counts.
    static func reading(isSuccess: Bool, output: String, errors: String) -> PaperOpening {
        guard isSuccess else { return errors.contains("Incorrect password") ? .asksPassword : .broken }
        func value(_ name: String) -> String? {
            output.split(whereSeparator: \.isNewline).last { $0.hasPrefix(name) }.map {
                $0.dropFirst(name.count).drop { $0 == " " }.description
            }
        }
        guard let pages = value("Pages:").flatMap({ Int($0) }), pages > 0 else { return .broken }
        return .opens(pages: pages, hasScript: value("JavaScript:") == "yes")
    }
}
