import AdminCore

/// Why a token request was refused, and what to do about it: Microsoft's documented error numbers and no others.
struct SignInFault: Sendable {
  let code: Int?
  let error: String?
  let status: Int

  /// Entra is briefly unavailable or throttles.
  static let transientCodes: Set<Int> = [90033, 90055, 90006, 50000]

  func remedy(_ context: SignInContext) -> AdminError {
    let service = "Microsoft Entra refused the sign-in of the application"
    if let code, let (errorCode, text) = known(code, context) {
      return AdminError(errorCode, "\(text) (AADSTS\(code))", isRetryable: Self.transientCodes.contains(code))
    }
    if status == 429 || status >= 500 {
      return AdminError(
        status == 429 ? .rateLimited : .authenticationFailed,
        "The sign-in service is unavailable or throttles (status \(status)). Try again later.", isRetryable: true)
    }
    if context.usesManagedIdentity {
      return AdminError(
        .authenticationFailed,
        "This machine has no managed identity that can sign in. Assign one to it in Azure, or for a user-assigned one "
          + "set AZURE_CLIENT_ID to its client id.")
    }
    let number = code.map { " (AADSTS\($0))" } ?? ""
    return AdminError(
      .authenticationFailed,
      "\(service)\(number). Look the number up at https://login.microsoftonline.com/error, or see the details.")
  }

  private func known(_ code: Int, _ context: SignInContext) -> (ErrorCode, String)? {
    credentialFault(code, context) ?? applicationFault(code, context) ?? federationFault(code)
      ?? settingFault(code, context)
  }

  private func credentialFault(_ code: Int, _ context: SignInContext) -> (ErrorCode, String)? {
    switch code {
    case 7_000_215:
      (
        .authenticationFailed,
        "The client secret is wrong. AZURE_CLIENT_SECRET needs the secret's value; its id looks like a GUID and does "
          + "not work."
      )
    case 7_000_222:
      (
        .authenticationFailed,
        "The client secret has expired. Create a new one under Certificates & secrets of the app registration and set "
          + "AZURE_CLIENT_SECRET, or better use a certificate."
      )
    case 7_000_216, 7_000_218:
      (.misconfigured, "The request held no credential. Set AZURE_CERTIFICATE_PATH or AZURE_CLIENT_SECRET.")
    case 700_027: (.authenticationFailed, certificateText(context))
    case 700_024:
      (
        .tokenExpired,
        "The signed assertion is outside its validity. The clock of this machine is probably wrong: it says "
          + "\(context.now.iso8601Seconds). Correct it (NTP) and try again."
      )
    case 700_023:
      (
        .misconfigured,
        "The signed assertion names another token address than Microsoft expects. AZURE_CLOUD, AZURE_TENANT_ID and "
          + "M365_LOGIN_ENDPOINT must belong to the same cloud and tenant."
      )
    case 50012, 50027:
      (
        .authenticationFailed,
        "The signed assertion is malformed or not accepted. Check that the certificate in AZURE_CERTIFICATE_PATH is an "
          + "RSA certificate uploaded to this app registration."
      )
    case 700_030:
      (
        .authenticationFailed,
        "The subject or issuer of the certificate is not trusted for this application. Upload the certificate itself "
          + "to the app registration."
      )
    default: nil
    }
  }

  private func certificateText(_ context: SignInContext) -> String {
    if let end = context.credential.certificateExpiresAt, end <= context.now {
      return "The certificate expired on \(end.isoDate). Make a new one, upload it to the app registration and set "
        + "AZURE_CERTIFICATE_PATH."
    }
    return "The signature was not accepted. The certificate in AZURE_CERTIFICATE_PATH is not uploaded to this app "
      + "registration (Certificates & secrets), has expired there, or belongs to another key."
  }

  private func applicationFault(_ code: Int, _ context: SignInContext) -> (ErrorCode, String)? {
    switch code {
    case 700_016:
      (
        .misconfigured,
        "The application is unknown in this tenant. Check AZURE_CLIENT_ID and AZURE_TENANT_ID; if both are right, an "
          + "administrator has never consented to the application here."
      )
    case 7_000_229:
      (
        .permissionDenied,
        "The application has no service principal in the tenant. Grant admin consent under API permissions of the app "
          + "registration."
      )
    case 7_000_112:
      (
        .authenticationFailed,
        "The application is disabled in the tenant. Enable it under Enterprise applications > Properties (Enabled for "
          + "users to sign in)."
      )
    case 500_011:
      (
        .misconfigured,
        "\(context.audience.resource) is not present in the tenant. The tenant has no subscription with it, or "
          + "AZURE_CLOUD (\(context.cloud.rawValue)) is not the tenant's cloud."
      )
    case 65001:
      (
        .permissionDenied,
        "An administrator has not consented to the application's permissions. Grant admin consent under API "
          + "permissions of the app registration."
      )
    case 501_051, 50105:
      (
        .permissionDenied,
        "The resource requires assignment and this application is not assigned to it. Assign it under Enterprise "
          + "applications > Users and groups, or turn off \"Assignment required\"."
      )
    case 53003, 530_032:
      (
        .authenticationFailed,
        "Conditional Access for workload identities blocks this sign-in (location or risk). Check the policies and "
          + "the sign-in log in the Entra admin center."
      )
    case 50057:
      (.authenticationFailed, "The account of the identity is disabled. Enable it in the Entra admin center.")
    default: nil
    }
  }

  private func federationFault(_ code: Int) -> (ErrorCode, String)? {
    let mismatch: String
    switch code {
    case 70021: mismatch = "No federated credential of the app registration matches the token"
    case 700_211: mismatch = "No federated credential has the issuer of the token"
    case 700_212: mismatch = "No federated credential has the audience of the token (api://AzureADTokenExchange)"
    case 700_213: mismatch = "No federated credential has the subject of the token"
    default: return nil
    }
    return (
      .misconfigured,
      "\(mismatch) in AZURE_FEDERATED_TOKEN_FILE. Issuer, subject and audience must match exactly, upper and lower case "
        + "too."
    )
  }

  private func settingFault(_ code: Int, _ context: SignInContext) -> (ErrorCode, String)? {
    switch code {
    case 90002, 900_023:
      (.misconfigured, "There is no such tenant. Check AZURE_TENANT_ID and AZURE_CLOUD (\(context.cloud.rawValue)).")
    case 50059, 50194:
      (.misconfigured, "AZURE_TENANT_ID must be the tenant's GUID or one of its verified domains.")
    case 70011, 1_002_012:
      (
        .misconfigured,
        "The requested scope is not valid: \(context.audience.scope). Check M365_GRAPH_ENDPOINT, "
          + "M365_EXCHANGE_ENDPOINT and AZURE_CLOUD."
      )
    case 900_382, 90038, 900_439:
      (
        .misconfigured,
        "The tenant lives in another national cloud. Set AZURE_CLOUD (now \(context.cloud.rawValue)) to the tenant's."
      )
    case 50049, 50196:
      (
        .misconfigured,
        "Microsoft stopped repeated or misdirected requests. Check AZURE_CLOUD and M365_LOGIN_ENDPOINT before trying "
          + "again."
      )
    case 900_144, 90014:
      (.internalFault, "The token request lacked a parameter. This is a fault of this program; please report it.")
    case 90033, 90055, 90006, 50000:
      (.authenticationFailed, "Microsoft Entra is temporarily unavailable or throttles. Try again in a minute.")
    default: nil
    }
  }
}
