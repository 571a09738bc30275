import Kernel

extension PostgresError {
    /// The kernel's own refusals, by SQLSTATE.
    var isRefusedEntry: Bool { sqlState.map { ["CK403", "CK404"].contains($0.rawValue) } ?? false }

    /// What people are told. Nothing of the server's message is shown (DB-24), except in the kernel's own rules.
    var refusal: Refusal? {
        switch kind {
        case .poolTimeout, .connection, .shutdown:
            return Refusal(
                status: 503, code: "unavailable", message: "Le service est momentanément indisponible. Réessayez dans un instant.",
                retryAfter: 2)
        default: break
        }
        guard let state = sqlState else { return nil }
        switch state.rawValue {
        case "CK401": return .unauthenticated
        case "CK403": return .forbidden
        case "CK404": return .notFound
        case "CK409": return .conflict("conflict", "L’état actuel ne permet pas cette action.")
        case "CK422": return .invalid("", "Une règle refuse cette saisie.")
        case "CK423": return .invalid("roles", Roles.beyond)
        case "CK428":
            return Refusal(
                status: 403, code: "second_factor_required",
                message:
                    "Votre rôle demande une double authentification, et le délai pour l’activer est passé. Activez-la en vous connectant au site\u{A0}: vos jetons vaudront de nouveau."
            )
        case "CK429":
            return Refusal(status: 429, code: "throttled", message: "Trop de tentatives. Patientez avant de réessayer.", retryAfter: 30)
        case "57014", "55P03", "40001", "40P01":
            return Refusal(
                status: 503, code: "busy", message: "Cette fiche est très sollicitée. Réessayez dans un instant.", retryAfter: 1)
        case "23505": return .conflict("duplicate", "Cet élément existe déjà.")
        case "23503": return .invalid("", "Un élément lié n’existe pas ou n’existe plus.")
        case "23514": return .invalid("", "Une valeur n’est pas acceptée par les règles de la structure.")
        case "22001", "22003", "22007", "22008", "22021", "22P02", "22P05": return .invalid("", "Une valeur n’a pas le format attendu.")
        default: return nil
        }
    }
}

extension Refusal {
    /// Set in French typography: rules and modules write plain spaces, whoever reads gets one form, on a page as in a problem document.
    fileprivate var typeset: Refusal {
        Refusal(
            status: status, code: code, message: French.typeset(message),
            faults: faults.map { FieldFault($0.field, French.typeset($0.message)) }, retryAfter: retryAfter)
    }
}

/// Any error as the refusal people see, with what the log must keep.
struct EdgeError {
    let refusal: Refusal
    /// True when the fault is ours and must be logged with its reference.
    let isOurs: Bool

    init(_ error: any Error) {
        if let refusal = error as? Refusal {
            self.refusal = refusal.typeset
            isOurs = false
        } else if let refusal = (error as? PostgresError)?.refusal {
            self.refusal = refusal.typeset
            isOurs = refusal.status >= 500
        } else {
            refusal = Refusal(
                status: 500, code: "internal", message: "Une erreur est survenue de notre côté. Rien n’a été enregistré.")
            isOurs = true
        }
    }
}
