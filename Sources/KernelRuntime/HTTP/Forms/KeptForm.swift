import Kernel
import KernelUI

/// A form as somebody typed it, on its way through a sign-in or kept as a draft. Sealed wherever it lies.
struct KeptForm: Sendable {
    /// Address of the page that holds the form.
    let page: String
    /// Path to which it was sent.
    let action: String
    let values: FormValues
    /// Digest of the credential under which it was typed: only the same person gets it back.
    let session: [UInt8]
    let at: Instant

    private static let purpose = "kept-form"

    /// Values that nothing keeps: marks of the house, and what the form says is secret.
    static func kept(_ form: FormValues) -> FormValues {
        let secret = Set((form[FormMark.secret] ?? "").split(separator: " ").map(String.init))
        let marks: Set = ["_csrf", "_key", FormMark.secret, FormMark.draft, FormMark.page, FormMark.kept]
        return FormValues(form.pairs.filter { !secret.contains($0.name) && !marks.contains($0.name) })
    }

    /// Base64url, to travel in a page.
    func sealed(_ box: SecretBox) throws -> String {
        Digest.base64URL(try box.seal(Array(json.text.utf8), purpose: Self.purpose, subject: ""))
    }

    init(page: String, action: String, values: FormValues, session: [UInt8], at: Instant) {
        self.page = page
        self.action = action
        self.values = values
        self.session = session
        self.at = at
    }

    init?(sealed text: String?, _ box: SecretBox) {
        guard let text, let bytes = Base64URL.decode(text) else { return nil }
        self.init(bytes: bytes, box)
    }

    /// Opens what `sealed` made, as bytes.
    init?(bytes: [UInt8], _ box: SecretBox) {
        guard let plain = box.open(bytes, purpose: Self.purpose, subject: ""), let json = try? JSONValue.parse(plain),
            let page = json["page"]?.stringValue, let action = json["action"]?.stringValue, let at = json["at"]?.intValue,
            let session = json["session"]?.stringValue.flatMap(Base64URL.decode), let pairs = json["values"]?.arrayValue
        else { return nil }
        self.init(
            page: page, action: action,
            values: FormValues(
                pairs.compactMap { pair in
                    guard let parts = pair.arrayValue, parts.count == 2, let name = parts[0].stringValue, let value = parts[1].stringValue
                    else { return nil }
                    return (name, value)
                }), session: session, at: Instant(microseconds: Int64(at)))
    }

    private var json: JSONValue {
        .object([
            ("page", .string(page)), ("action", .string(action)), ("session", .string(Digest.base64URL(session))),
            ("at", .integer(Int(at.microseconds))),
            ("values", .array(values.pairs.map { .array([.string($0.name), .string($0.value)]) })),
        ])
    }

    /// Texts that somebody would have to type again.
    static func longTexts(_ form: FormValues) -> [String] {
        kept(form).pairs.filter { !$0.name.hasPrefix("_") && ($0.value.count >= 40 || $0.value.contains("\n")) }.map(\.value)
    }
}
