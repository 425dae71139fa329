//! A client of the application, anonymous or signed in.

use std::net::IpAddr;

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::Answer;

/// The password of every account that the tests register.
pub const PASSWORD: &str = "correct horse battery";

#[derive(Clone)]
pub struct Caller {
    client: Client,
    base: String,
    pub email: String,
    pub access_token: String,
    pub refresh_token: String,
}

impl Caller {
    pub fn anonymous(base: &str) -> Self {
        Self {
            client: Client::new(),
            base: base.to_owned(),
            email: String::new(),
            access_token: String::new(),
            refresh_token: String::new(),
        }
    }

    /// The same caller at another address of this machine, such as 127.0.0.2.
    ///
    /// # Panics
    /// If the address is malformed.
    pub fn from_address(&self, address: &str) -> Self {
        let address: IpAddr = address.parse().expect("an IP address");
        let client = Client::builder().local_address(address).build().expect("a client");
        Self { client, ..self.clone() }
    }

    /// Registers an account and returns a caller that is signed in to it.
    pub async fn register(&self, email: &str) -> Self {
        let answer = self.post("/api/auth/register", json!({"email": email, "password": PASSWORD})).await;
        self.signed_in(email, &answer.expect(201).json())
    }

    /// Signs in to an account and returns a caller with its tokens.
    pub async fn login(&self, email: &str) -> Self {
        let answer = self.post("/api/auth/login", json!({"email": email, "password": PASSWORD})).await;
        self.signed_in(email, &answer.expect(200).json())
    }

    fn signed_in(&self, email: &str, tokens: &Value) -> Self {
        let token = |name: &str| tokens[name].as_str().unwrap_or_else(|| panic!("{name} in {tokens}")).to_owned();
        Self {
            client: self.client.clone(),
            base: self.base.clone(),
            email: email.to_owned(),
            access_token: token("access_token"),
            refresh_token: token("refresh_token"),
        }
    }

    /// The same caller with another access token.
    pub fn bearing(&self, access_token: &str) -> Self {
        Self { access_token: access_token.to_owned(), ..self.clone() }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        if self.access_token.is_empty() { request } else { request.bearer_auth(&self.access_token) }
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        Answer::read(request.send().await.expect("an answer")).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    /// Sends exactly this body, with this content type.
    pub async fn raw(&self, method: Method, path: &str, content_type: &str, body: impl Into<Vec<u8>>) -> Answer {
        self.send(self.request(method, path).header("content-type", content_type).body(body.into())).await
    }

    /// Adds an album and returns it.
    pub async fn add(&self, album: Value) -> Value {
        self.post("/api/collection", album).await.expect(201).json()
    }

    /// The items of a list.
    pub async fn list(&self, query: &str) -> Vec<Value> {
        let page = self.get(&format!("/api/collection{query}")).await.expect(200).json();
        page["items"].as_array().unwrap_or_else(|| panic!("items in {page}")).clone()
    }
}
