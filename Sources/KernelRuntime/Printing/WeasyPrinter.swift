import Kernel
import Subprocess

/// Turns pages into tagged PDF with the WeasyPrint program (docs/decisions). The program runs beside the server and gets only our
/// own typed HTML, so it fetches nothing.
struct WeasyPrinter: Sendable {
    /// Name or path of the program.
    let program: String
    /// File path of the print style sheet.
    let stylesheet: String
    /// A print that takes longer is ended with its whole group of processes; a long document has more, a second for each 5 kB.
    var limit = Duration.seconds(30)
    private static let most = Duration.seconds(90)

    /// Largest PDF accepted, in bytes.
    private static let largest = 20 * 1024 * 1024

    /// The same document gives the same bytes: without these, fonts carry the time of printing and sets their own order.
    private static let reproducible: [Environment.Key: String?] = ["SOURCE_DATE_EPOCH": "0", "PYTHONHASHSEED": "0"]

    static let failed = Refusal(
        status: 503, code: "printing",
        message: "Le document n’a pas pu être mis en page. Rien n’a été enregistré ; réessayez dans un instant.", retryAfter: 10)

    func print(_ html: [UInt8]) async throws -> PrintedDocument {
        try await withThrowingTaskGroup(of: PrintedDocument.self) { group in
            group.addTask { try await run(html) }
            group.addTask {
                try await Task.sleep(for: min(Self.most, max(limit, .seconds(html.count / 5_000))))
                throw Self.failed
            }
            defer { group.cancelAll() }
            guard let printed = try await group.next() else { throw Self.failed }
            return printed
        }
    }

    private func run(_ html: [UInt8]) async throws -> PrintedDocument {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))]
        // Not through a pipe: a program that ends before it has read its input would end this one too.
        guard let page = WholeInput.descriptor(html) else { throw Self.failed }
        let child = ChildProgram(
            program, ["--quiet", "--pdf-variant", "pdf/ua-1", "--base-url", "about:blank", "--stylesheet", stylesheet, "-", "-"])
        let result = try await Subprocess.run(
            child.executable, arguments: child.arguments,
            environment: .withoutSecrets.updating(Self.reproducible), platformOptions: options,
            input: .fileDescriptor(page, closeAfterSpawningProcess: true), output: .bytes(limit: Self.largest), error: .discarded)
        guard result.terminationStatus.isSuccess, !result.standardOutput.isEmpty else { throw Self.failed }
        return PrintedDocument(bytes: result.standardOutput, mediaType: "application/pdf", fileExtension: "pdf")
    }
}
