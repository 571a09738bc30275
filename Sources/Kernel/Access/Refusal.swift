/// One field that cannot be accepted, and how to repair it.
public struct FieldFault: Sendable, Equatable {
    /// Name of the field; empty for the whole form.
    public let field: String
    /// French sentence.
    public let message: String

    public init(_ field: String, _ message: String) {
        self.field = field
        self.message = message
    }
}

/// A request that is answered with a clear sentence instead of an effect.
///
/// Thrown by handlers and rules, mapped once at the web edge: a page for people, an RFC 9457 problem
/// for programs. Nothing was changed when it is thrown out of a write.
public struct Refusal: Error, Sendable, Equatable {
    /// HTTP status.
    public let status: Int
    /// Stable code for programs, lower_snake.
    public let code: String
    /// French sentence for people.
    public let message: String
    public let faults: [FieldFault]
    /// Seconds to wait, for 429.
    public let retryAfter: Int?

    public init(status: Int, code: String, message: String, faults: [FieldFault] = [], retryAfter: Int? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.faults = faults
        self.retryAfter = retryAfter
    }

    /// A record that does not exist, that belongs to another MSP, or whose module is off: one answer (API-01).
    public static let notFound = Refusal(status: 404, code: "not_found", message: "Cette page est introuvable.")
    /// No live credential.
    public static let unauthenticated = Refusal(status: 401, code: "unauthenticated", message: "Connectez-vous pour continuer.")
    /// A member without the permission.
    public static let forbidden = Refusal(
        status: 403, code: "forbidden",
        message: "Vos droits ne permettent pas cette action. Adressez-vous à la gérance de votre structure, qui règle les droits.")
    /// If-Match is missing (RFC 6585).
    public static let preconditionRequired = Refusal(
        status: 428, code: "precondition_required", message: "L’en-tête If-Match est obligatoire pour modifier cette ressource.")
    /// The record changed since it was read.
    public static let stale = Refusal(
        status: 412, code: "stale", message: "Cette fiche a été modifiée entre-temps. Relisez-la avant d’enregistrer.")

    /// Fields that cannot be accepted.
    public static func invalid(_ faults: [FieldFault]) -> Refusal {
        Refusal(
            status: 422, code: "invalid",
            message: faults.count > 1 ? "\(faults.count) champs sont à corriger." : (faults.first?.message ?? "La saisie est à corriger."),
            faults: faults)
    }

    /// One field that cannot be accepted.
    public static func invalid(_ field: String, _ message: String) -> Refusal { invalid([FieldFault(field, message)]) }

    /// The state of things does not allow the act.
    public static func conflict(_ code: String, _ message: String) -> Refusal { Refusal(status: 409, code: code, message: message) }

    /// A request that cannot be read.
    public static func malformed(_ code: String, _ message: String) -> Refusal { Refusal(status: 400, code: code, message: message) }
}
