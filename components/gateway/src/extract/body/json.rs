//! A JSON object of known fields.

use serde::{Deserialize as _, de::DeserializeOwned};

use crate::problem::{Code, FieldError, Problem};

pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    // serde accepts an array for a struct, one item per field.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        serde::de::IgnoredAny::deserialize(&mut deserializer).map_err(|error| explain(".", &error))?;
        return Err(Problem::invalid(vec![FieldError::new("body", "must be a JSON object")]));
    }
    let value = serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| explain(&error.path().to_string(), error.inner()))?;
    deserializer.end().map_err(|error| explain(".", &error))?;
    Ok(value)
}

/// Names the field at fault, but not its value, which may be a password.
fn explain(path: &str, error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    if !error.is_data() {
        return Problem::new(Code::MalformedJson, format!("The body is not JSON: {text}."));
    }
    // A name could be as long as the body.
    let named: String = text.split('`').nth(1).unwrap_or_default().chars().take(100).collect();
    let (field, message) = if text.starts_with("unknown field") {
        (named, "is not a field of this request".to_owned())
    } else if text.starts_with("missing field") {
        (named, "is required".to_owned())
    } else if text.starts_with("duplicate field") {
        (named, "is given more than once".to_owned())
    } else {
        let expected = text.rsplit_once(", expected ").map_or("another type", |(_, expected)| expected);
        let expected = match expected.split(" at line ").next().unwrap_or_default() {
            "i64" => "a whole number",
            expected => expected,
        };
        (path.to_owned(), format!("must be {expected}"))
    };
    Problem::invalid(vec![FieldError::new(field, message)])
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Login {
        email: String,
        password: String,
        age: Option<i64>,
    }

    fn fault(body: &[u8]) -> Value {
        let parsed = parse::<Login>(body).map(|Login { email, password, age }| (email, password, age));
        serde_json::from_slice(&parsed.unwrap_err().document("r")).unwrap()
    }

    #[test]
    fn a_fault_names_its_field_and_hides_its_value() {
        let cases = [
            (r#"{"email":"a","password":"b","admin":true}"#, "admin", "is not a field of this request"),
            (r#"{"email":"a"}"#, "password", "is required"),
            (r#"{"email":"a","email":"b","password":"c"}"#, "email", "is given more than once"),
            (r#"{"email":"a","password":12345}"#, "password", "must be a string"),
            (r#"{"email":"a","password":null}"#, "password", "must be a string"),
            (r#"{"email":"a","password":"b","age":"12345"}"#, "age", "must be a whole number"),
            (r#"["secret","secret","secret"]"#, "body", "must be a JSON object"),
            (r#""text""#, "body", "must be a JSON object"),
        ];
        for (body, field, message) in cases {
            let problem = fault(body.as_bytes());
            assert_eq!(problem["status"], 422, "{body}");
            assert_eq!(problem["errors"], json!([{"field": field, "message": message}]), "{body}");
            assert!(!problem.to_string().contains("12345"), "{body}");
        }
    }

    #[test]
    fn a_body_of_very_many_or_very_long_members_gets_a_short_answer() {
        let many: String = (0..40_000).map(|i| format!("\"m{i}\":0,")).collect();
        let long = "m".repeat(1 << 20);
        for members in [many, format!("\"{long}\":0,")] {
            let answer = fault(format!("{{{members}\"email\":\"a\",\"password\":\"b\"}}").as_bytes()).to_string();
            assert!(answer.len() < 1000, "{} bytes", answer.len());
        }
    }

    #[test]
    fn invalid_json_is_malformed() {
        let (deep, invalid) = ("[".repeat(100_000), b"{\"email\":\"\xff\",\"password\":\"b\"}");
        for body in [b"".as_slice(), b"{", b"{\"email\":\"a\",\"password\":\"b\"} x", b"NaN", deep.as_bytes(), invalid]
        {
            let problem = fault(body);
            assert!(problem["code"] == "malformed_json" || problem["code"] == "invalid_input", "{problem}");
        }
        assert_eq!(fault(invalid)["code"], "malformed_json");
        assert_eq!(fault(br#"{"email":"\ud800","password":"b"}"#)["code"], "malformed_json");
    }
}
