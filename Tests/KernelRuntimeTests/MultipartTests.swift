import Kernel
import Testing

@testable import KernelRuntime

@Suite("Forms with files")
struct MultipartTests {
    private static let rule = UploadRule(maximumBytes: 1_000, maximumFiles: 2, tooLarge: "La photo est trop lourde.")

    private func read(_ body: String, boundary: String = "x", type: String? = nil) throws -> (form: FormValues, files: [UploadedFile]) {
        try Multipart(contentType: type ?? "multipart/form-data; boundary=\(boundary)", rule: Self.rule, mostText: 100)
            .read(Array(body.replacing("\n", with: "\r\n").utf8))
    }

    private func code(_ body: String, boundary: String = "x", type: String? = nil) -> String? {
        do {
            _ = try read(body, boundary: boundary, type: type)
            return nil
        } catch {
            return (error as? Refusal)?.code
        }
    }

    private let photo = """
        --x
        Content-Disposition: form-data; name="_csrf"

        secret
        --x
        Content-Disposition: form-data; name="piece"; filename="Été à Lyon.jpg"
        Content-Type: Image/JPEG; q=1

        octets
        --x--

        """

    @Test("a form as a browser sends it")
    func usual() throws {
        let (form, files) = try read(photo)
        #expect(form == FormValues([("_csrf", "secret")]))
        #expect(files == [UploadedFile(field: "piece", name: "Été à Lyon.jpg", mediaType: "image/jpeg", bytes: Array("octets".utf8))])
    }

    @Test("whatever byte is missing at the end, a form that is cut is refused")
    func cut() throws {
        let whole = Array(photo.replacing("\n", with: "\r\n").utf8)
        let multipart = try Multipart(contentType: "multipart/form-data; boundary=x", rule: Self.rule, mostText: 100)
        // What follows the last mark says nothing.
        for length in 0..<(whole.count - 2) {
            #expect(throws: Multipart.malformed) { try multipart.read(Array(whole[..<length])) }
        }
        _ = try multipart.read(whole)
    }

    @Test("bytes that look like a mark and are none stay in the file")
    func almostMarks() throws {
        var bytes: [UInt8] = []
        for length in 0...4 { bytes += Array("\r\n--x".utf8)[..<length] + [0, 0xFF, 0x0D] }
        let head = Array("--x\r\nContent-Disposition: form-data; name=\"p\"; filename=\"a.bin\"\r\n\r\n".utf8)
        let multipart = try Multipart(contentType: "multipart/form-data; boundary=x", rule: Self.rule, mostText: 100)
        #expect(try multipart.read(head + bytes + Array("\r\n--x--".utf8)).files.first?.bytes == bytes)
        #expect(try multipart.read(head + Array("\r\n--x--".utf8)).files.first?.bytes == [])
    }

    @Test("an input left empty is no file")
    func empty() throws {
        let body = "--x\nContent-Disposition: form-data; name=\"p\"; filename=\"\"\nContent-Type: application/octet-stream\n\n\n--x--\n"
        #expect(try read(body).files.isEmpty)
    }

    @Test("names: quotes as browsers and as others write them, paths of another disk, RFC 8187")
    func names() throws {
        func name(_ parameter: String) throws -> String? {
            try read("--x\nContent-Disposition: form-data; name=\"p\"; \(parameter)\n\na\n--x--\n").files.first?.name
        }
        #expect(try name("filename=\"un %22devis%22.pdf\"") == "un \"devis\".pdf")
        #expect(try name("filename=\"un \\\"devis\\\".pdf\"") == "un \"devis\".pdf")
        #expect(try name("filename=\"C:\\scans\\charte.pdf\"") == "charte.pdf")
        #expect(try name("filename=\"../../etc/passwd\"") == "passwd")
        #expect(try name("filename=\"a;b.pdf\"") == "a;b.pdf")
        #expect(try name("filename=\"x.pdf\"; filename*=UTF-8''caf%C3%A9.pdf") == "café.pdf")
        #expect(try name("filename=\"gpj.\u{202E}exe\"") == "gpj.exe")
        #expect(try name("filename=\"\(String(repeating: "a", count: 300)).pdf\"")?.count == 200)
    }

    @Test(
        "what no browser sends is refused",
        arguments: [
            "", "--x", "préambule\n--x--", "--y\n\n--y--", "--x\n\nsans en-tête\n--x--",
            "--x\nContent-Disposition: form-data\n\nsans nom\n--x--",
            "--x\nContent-Disposition: attachment; name=\"a\"\n\na\n--x--",
            "--x\nContent-Disposition: form-data; name=\"a\nContent-Type: text/plain\n\na\n--x--",
            "--x\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\n\na\n--x--",
            "--x\nContent-Disposition: form-data; name=\"a\"\nContent-Disposition: form-data; name=\"b\"\n\na\n--x--",
            "--x\nContent-Disposition: form-data; name=\"a\"\nContent-Transfer-Encoding: base64\n\nYQ==\n--x--",
            "--x\nContent-Disposition: form-data; name=\"a\"\n\na\n--xy\n--x--",
            "--x\nContent-Disposition form-data\n\na\n--x--",
        ])
    func refused(_ body: String) {
        #expect(code(body) == "malformed_upload")
    }

    @Test("headers without end cost no more than their limit")
    func hugeHeader() {
        let name = String(repeating: "n", count: 9_000)
        #expect(code("--x\nContent-Disposition: form-data; name=\"a\"\nX-Long: \(name)\n\na\n--x--") == "malformed_upload")
    }

    @Test("limits: a file, the number of files, the text")
    func limits() {
        func file(_ bytes: Int) -> String {
            "--x\nContent-Disposition: form-data; name=\"p\"; filename=\"a\"\n\n\(String(repeating: "a", count: bytes))\n"
        }
        #expect(code(file(1_000) + "--x--") == nil)
        #expect(code(file(1_001) + "--x--") == "too_large")
        #expect(code(file(1) + file(1) + file(1) + "--x--") == "too_many_files")
        #expect(
            code("--x\nContent-Disposition: form-data; name=\"a\"\n\n\(String(repeating: "a", count: 101))\n--x--") == "too_large")
        #expect(code("--x\nContent-Disposition: form-data; name=\"a\"\n\na\u{0}b\n--x--") == "invalid_utf8")
    }

    @Test(
        "the boundary is read as RFC 2046 writes it",
        arguments: [
            ("multipart/form-data", false), ("multipart/form-data; boundary=", false), ("multipart/form-data; boundary=\"a b\"", true),
            ("multipart/form-data; boundary=\"a \"", false), ("multipart/form-data; charset=utf-8; boundary=abc", true),
            ("multipart/form-data; boundary=é", false), ("multipart/form-data; boundary=a; boundary=b", false),
            ("multipart/form-data; boundary=\(String(repeating: "b", count: 71))", false),
            ("multipart/form-data; boundary=\(String(repeating: "b", count: 70))", true),
        ])
    func boundaries(_ type: String, _ isOne: Bool) {
        #expect(((try? Multipart(contentType: type, rule: Self.rule, mostText: 100)) != nil) == isOne)
    }

    @Test("megabytes of line ends are read in linear time")
    func linear() throws {
        let rule = UploadRule(maximumBytes: 30_000_000, tooLarge: "")
        let multipart = try Multipart(contentType: "multipart/form-data; boundary=----aaaa", rule: rule, mostText: 100)
        let head = Array("------aaaa\r\nContent-Disposition: form-data; name=\"p\"; filename=\"a\"\r\n\r\n".utf8)
        func time(_ count: Int) throws -> Duration {
            let body = head + Array(repeatElement(Array("\r\n------aaa".utf8), count: count).joined()) + Array("\r\n------aaaa--".utf8)
            let start = ContinuousClock.now
            let size = try multipart.read(body).files.first?.bytes.count
            #expect(size == count * 11)
            return start.duration(to: .now)
        }
        _ = try time(1_000)
        let (small, large) = (try time(20_000), try time(200_000))
        #expect(large < small * 40)
    }
}
